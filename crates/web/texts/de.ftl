# Texts of pages, German. Keys are sorted by where they stand; `$n` is a number, `$x` a word.

# Around every page
skip-to-content = Zum Inhalt springen
menu-open = Menü
menu-close = Menü schließen
areas = Bereiche
other-language = English
switch-customer = Kunde wechseln:
all-customers = Alle Kunden
find-customer = Kunde suchen
find-person = Person oder Nummer suchen
find-hint = Suchen: „mueller“ findet Müller
account-menu = Konto und Einstellungen
theme-h = Darstellung
theme-device = Wie das Gerät
theme-light = Hell
theme-dark = Dunkel
sign-out = Abmelden
error-word = Fehler
actions-word = Aktionen
views-word = Ansichten
filter = Filtern
save = Speichern
cancel = Abbrechen
page-back = Zurück
page-on = Weiter
pager-of = { $a }–{ $b } von { $n }
as-of = Stand { $x }

# Times
when-today = heute, { $time }
when-yesterday = gestern, { $time }
when-day = { $day }, { $time }
when-exact = { $day }, { $time } Uhr

# Roles
role-owner = Eigentümer
role-technician = Technik
role-observer = Betreiber, nur lesend
role-administrator = Administration
role-reader = nur lesend

# Sign-in
sign-in-h = Anmelden
sign-in-wrong = Anmeldung nicht möglich. Bitte E-Mail und Kennwort prüfen.
sign-in-locked = { $n ->
    [one] Zu viele Versuche. Wieder möglich in einer Minute.
   *[other] Zu viele Versuche. Wieder möglich in { $n } Minuten.
  }
not-set-up-h = Noch nicht eingerichtet
not-set-up-text = Der Link zum ersten Start steht in der Ausgabe von „whoswho serve“. Er funktioniert einmal; mit jedem Start gibt es einen neuen.
link-h = Guten Tag, { $x }
link-text = Dieser Link meldet Sie einmal an. Danach funktioniert er nicht mehr.
link-gone-h = Dieser Link funktioniert nicht mehr
link-gone-text = Er wurde schon benutzt oder ist abgelaufen. Bitten Sie um einen neuen, oder melden Sie sich mit Ihrem Kennwort an.
password-label = Kennwort
password-again = Kennwort wiederholen
password-hint = Mindestens { $n } Zeichen. Ein Satz, den nur Sie kennen, ist besser als Sonderzeichen.
password-short = Das Kennwort ist zu kurz. Nötig sind mindestens { $n } Zeichen.
password-long = Das Kennwort ist zu lang. Möglich sind höchstens { $n } Zeichen.
password-known = Dieses Kennwort ist leicht zu erraten. Bitte ein anderes wählen.
password-differs = Die beiden Eingaben sind verschieden. Bitte beide noch einmal eingeben.

# First start
set-up-h = Whoswho einrichten
set-up-text = Legen Sie Ihr Konto an. Es gehört Ihnen als Eigentümer dieser Installation; weitere Personen laden Sie danach ein.
set-up-button = Einrichten und anmelden
set-up-name-missing = Bitte Ihren Namen eingeben.
set-up-email-wrong = Das ist keine E-Mail-Adresse. Beispiel: jana.petersen@firma.de
set-up-email-taken = Mit dieser Adresse gibt es schon ein Konto.
your-name = Ihr Name

# Profile
profile-h = Mein Profil
saved-h = Gespeichert
look-h = Sprache und Darstellung
language-label = Sprache
language-browser = Wie der Browser
password-h = Kennwort ändern
password-current = Jetziges Kennwort
password-current-wrong = Das ist nicht Ihr jetziges Kennwort.
password-new = Neues Kennwort
password-ends-sessions = Andere Anmeldungen enden dabei.
password-change = Kennwort ändern
sessions-h = Angemeldete Geräte
session-browser = Browser
session-started = Angemeldet
session-seen = Zuletzt benutzt
session-this = dieses Gerät
session-end = Abmelden

# Errors
error-404 = Diese Seite gibt es nicht oder nicht mehr.
error-404-text = Prüfen Sie die Adresse, oder beginnen Sie auf der Startseite.
error-403 = Das darf Ihre Rolle nicht.
error-403-text = Dafür braucht es eine dieser Rollen: { $x }. Vergeben kann sie, wem diese Installation gehört.
error-500 = Das ist unser Fehler.
error-500-text = Es wurde nichts geändert. Nennen Sie bei Rückfragen { $x }.
error-db = Die Datenbank ist gerade nicht erreichbar.
error-db-text = Es geht nichts verloren, und Ihre Telefone arbeiten weiter. Bitte laden Sie die Seite in einer Minute neu.
error-crowded = Gerade melden sich sehr viele an.
error-crowded-text = Bitte versuchen Sie es in ein paar Sekunden noch einmal.
error-refused = Das geht so nicht.
to-start = Zur Startseite

# Customers
customers-h = Kunden
customer-word = Kunde
state-word = Zustand
last-good-word = Letzter guter Lauf
held-short = Zurückgeh.
held-word = zurückgehalten
access-word = Zugang
fleet-sentence = { $n ->
    [0] Alle { $b } Kunden sind in Ordnung.
    [one] { $a } von { $b } Kunden sind in Ordnung. Bei einem ist etwas zu tun.
   *[other] { $a } von { $b } Kunden sind in Ordnung. Bei { $n } ist etwas zu tun.
  }
fleet-tile-all = { $n ->
    [one] Kunde insgesamt
   *[other] Kunden insgesamt
  }
fleet-tile-held = { $n ->
    [one] wartet auf Sie
   *[other] warten auf Sie
  }
fleet-tile-silent = ohne guten Lauf
fleet-tile-paused = in Zwangspause
fleet-tile-off = nicht verbunden oder abgeschaltet
todo-h = Zuerst ansehen
todo-sub = Nach Dringlichkeit; erledigt verschwindet von selbst.
todo-more = { $n ->
    [one] und eine weitere Aufgabe; die Liste darunter zeigt alle Kunden
   *[other] und { $n } weitere; die Liste darunter zeigt alle Kunden
  }
todo-silent = Kein guter Lauf seit { $x }
todo-failed = Lauf fehlgeschlagen: { $x }
todo-unreadable = Gespeicherte Einstellungen sind beschädigt; kein Lauf seit { $x }
todo-held = { $n ->
    [one] Eine Änderung zurückgehalten
   *[other] { $n } Änderungen zurückgehalten
  }
todo-first-plan = Der erste Plan wartet auf Sie
view-runs = Läufe ansehen
view-customer = Kunde öffnen
customers-empty = Noch kein Kunde. Legen Sie den ersten an.
customers-none-found = Kein Kunde passt dazu.
tenant-unnamed = verbunden, Name unbekannt
by-hand-only = nur Handpflege
next-now = gleich
next-at = nächster { $x }
next-none = nur von Hand
state-off = Nicht verbunden
state-good = In Ordnung
state-new = Noch nicht abgeglichen
state-waiting = Wartet auf Sie
state-paused = Zwangspause
state-failed = Fehlgeschlagen
state-silent = Ohne guten Lauf
state-unreadable = Einstellungen beschädigt
access-left-out = fehlt nach einer Wiederherstellung
access-unknown = Ende unbekannt
access-ended = abgelaufen
access-days = { $n ->
    [0] läuft heute ab
    [one] noch ein Tag
   *[other] noch { $n } Tage
  }
add-customer = Kunde anlegen
add-customer-text = Ein Kunde hat ein eigenes Kontaktbuch. Mit Microsoft 365 verbinden Sie ihn im nächsten Schritt.
customer-name = Name
customer-slug = Kürzel
customer-slug-hint = Steht in Adressen und Befehlen; bleibt für immer. Leer lassen, dann entsteht es aus dem Namen.
add-name-missing = Bitte einen Namen mit höchstens 200 Zeichen eingeben.
add-slug-wrong = Ein Kürzel hat bis zu 40 Kleinbuchstaben, Ziffern und Bindestriche.
add-slug-taken = Dieses Kürzel hat schon ein anderer Kunde.
preset-word = Vorlage
preset-hint = Die Vorlage legt alle Regeln fest; einzelne lassen sich danach ändern.
preset-careful = Sorgfältig: fragt beim ersten Mal, entfernt nur, was er selbst angelegt hat
preset-awareness = Awareness: wie Securepoint Awareness, einmal am Tag
preset-helpdesk = Helpdesk: wie Atera, entfernt nie, nur auf Knopfdruck
preset-phone-system = Telefonanlage: wie 3CX, jede Nacht
preset-business-card = Visitenkarte: wie oneVcard

# A customer
overview-h = Übersicht
directory-group = Verzeichnis
connection-h = Verbindung
connected-since = Verbunden mit { $tenant } seit { $day }
not-connected = Nicht verbunden, nur Handpflege
not-connected-text = Dieser Kunde ist nicht mit Microsoft 365 verbunden. Sein Kontaktbuch wird von Hand gepflegt.
last-good = letzter guter Lauf { $x }
tenant-word = Mandant
since-word = Seit
held-text = Bis Sie entscheiden, bleibt im Kontaktbuch alles, wie es war. „whoswho holds“ zeigt, worum es geht.
first-plan-text = Es ist noch nichts geändert. „whoswho plan“ zeigt, was geschähe, „whoswho sync“ wendet es an.
latest-runs = Letzte Läufe
all-runs = Alle Läufe
contacts-word = Kontakte
from-365-long = aus Microsoft 365
groups-word = Gruppen
rules-h = Regeln

# Runs
runs-h = Läufe
runs-text = Die letzten 200, neueste zuerst. Läufe, in denen nichts zu tun war, stehen nicht hier.
runs-empty = Noch kein Lauf.
run-word = Lauf
run-number = Nummer { $x }
run-kind = Art
run-end = Ergebnis
run-changes = Änderungen
run-requests = Anfragen
run-lasted = Dauer
run-undo = Rückgängig
run-person = Eine Person
run-complete = Vollabgleich
run-delta = Änderungen
new-word = neu
changed-word = geändert
removed-word = entfernt
end-held = { $n ->
    [one] angewendet, eine zurückgehalten
   *[other] angewendet, { $n } zurückgehalten
  }
end-done = angewendet
end-quiet = nichts zu tun
end-waiting = wartet auf Sie
end-planned = nur geplant
end-refused = Lesen fehlgeschlagen
end-failed = fehlgeschlagen
end-cut-off = abgebrochen, der nächste macht weiter
end-running = läuft

# Book
book-h = Kontaktbuch
contacts-n = { $n ->
    [0] Noch keine Kontakte
    [one] Ein Kontakt
   *[other] { $n } Kontakte
  }
search-clear = Alle zeigen
book-empty = Das Kontaktbuch ist leer.
book-none-found = Niemand heißt so. Gesucht wurde auch nach früheren Namen und Nummern.
name-word = Name
phone-word = Telefon
origin-word = Herkunft
by-hand = von Hand
from-365 = Microsoft 365
from-csv = aus einer CSV-Datei
left-word = ausgeschieden
left-since = ausgeschieden seit { $x }
formerly = früher { $x }
pins-n = { $n ->
    [one] ein Wert angeheftet
   *[other] { $n } Werte angeheftet
  }
pinned-word = angeheftet
pinned = angeheftet: „{ $x }“
pinned-until = angeheftet bis { $day }: „{ $x }“
contact-unnamed = ohne Namen
link-created = verknüpft, von einem Lauf angelegt
link-automatic = automatisch verknüpft
link-hand = von Hand verknüpft
values-h = Angaben
values-caption = Felder und ihre Herkunft
no-groups = In keiner Gruppe.
facts-h = Eintrag
changed-at = Geändert
id-word = Kennung
field-first-name = Vorname
field-last-name = Nachname
field-display-name = Anzeigename
field-email = E-Mail
field-job-title = Position
field-department = Abteilung
field-company = Firma
field-office = Büro
field-mobile = Mobil
field-business-phones = Telefon
field-site = Standort

# Searches in the bar, beside those of the page
quick-search = Schnellsuche
go-to-customer = Zu einem Kunden wechseln

# The book
of-them-linked = { $n ->
    [one] davon einer mit Microsoft 365 verknüpft
   *[other] davon { $n } mit Microsoft 365 verknüpft
  }
views-word = Ansichten
view-all = Alle
view-changed = Zuletzt geändert
view-left = Ausgeschieden
group-word = Gruppe
every-group = Alle Gruppen
every-source = Jede Herkunft
linked-word = verknüpft
not-linked-word = nicht verknüpft
filter-button = Filtern
book-none-so = Auf niemanden trifft das zu.
sort-note = Sortierung wie im Telefonbuch (ä wie ae)
thumb-word = Register A bis Z
more-than-n = Mehr als { $n } gefunden
