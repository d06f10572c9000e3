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
link-text = Dieser Link meldet Sie einmal an. Danach funktioniert er nicht mehr: Wer noch kein Kennwort hat, wählt eines unter „Mein Profil“.
link-reset-text = Dieser Link meldet Sie einmal an. Danach wählen Sie in Ihrem Profil ein neues Kennwort.
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
look-h = Sprache, Darstellung und Tasten
language-label = Sprache
keys-label = Kürzel mit einer einzelnen Taste
keys-hint = „/“ springt in die Suche. Ausgeschaltet bewirkt kein einzelnes Zeichen mehr etwas.
language-browser = Wie der Browser
password-h = Kennwort ändern
password-current = Jetziges Kennwort
password-current-wrong = Das ist nicht Ihr jetziges Kennwort.
password-new = Neues Kennwort
password-ends-sessions = Andere Anmeldungen enden dabei.
password-set-h = Kennwort festlegen
password-locked-out = Noch haben Sie keines: Nach dem Abmelden kämen Sie nur mit einem neuen Link wieder herein.
password-proof-microsoft = Ihr Konto hat kein Kennwort. Bevor Sie eines festlegen, bestätigen Sie bitte bei Microsoft, dass Sie es sind. Danach kommen Sie hierher zurück.
password-proof-link = Ihr Konto hat kein Kennwort. Festlegen können Sie eines nur gleich nach der Anmeldung mit einem Link. Lassen Sie sich einen neuen schicken, oder bitten Sie die Person darum, die Whoswho bei Ihnen betreut.
sessions-h = Angemeldete Geräte
session-browser = Browser
session-started = Angemeldet
session-seen = Zuletzt benutzt
session-this = dieses Gerät
session-end = Abmelden

# Errors
error-404 = Diese Seite gibt es nicht oder nicht mehr.
error-404-text = Prüfen Sie die Adresse, suchen Sie, oder beginnen Sie auf der Startseite.
error-404-nobody = Prüfen Sie die Adresse, oder beginnen Sie auf der Startseite.
error-403 = Das darf Ihre Rolle nicht.
error-403-text = Dafür braucht es eine dieser Rollen: { $x }. Vergeben kann sie, wem diese Installation gehört.
error-500 = Das ist unser Fehler.
error-500-text = Bitte sehen Sie nach, ob Ihre letzte Eingabe angekommen ist. Nennen Sie bei Rückfragen { $x }.
error-db = Die Datenbank ist gerade nicht erreichbar.
error-db-text = Gespeichertes geht nicht verloren. Bitte laden Sie die Seite in einer Minute neu.
error-crowded = Gerade melden sich sehr viele an.
error-crowded-text = Bitte versuchen Sie es in ein paar Sekunden noch einmal.
error-files = Gerade werden sehr viele Dateien hochgeladen.
error-files-text = Diese wurde nicht angenommen. Bitte versuchen Sie es in ein paar Sekunden noch einmal.
error-foreign = Dieses Formular kam nicht von hier.
error-foreign-text = Es wurde nichts ausgeführt. Entweder hat es eine andere Website geschickt, oder Sie haben Whoswho unter einer anderen Adresse geöffnet als sonst. Öffnen Sie die Seite neu, und füllen Sie das Formular dort noch einmal aus. Kommt es wieder vor, hilft die Person, die Whoswho bei Ihnen betreut.
error-find = Suchen
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
fleet-sentence-calm = In Ordnung: { $a } von { $b } Kunden. Zu tun ist nichts.
fleet-sentence = { $n ->
    [0] Alle { $b } Kunden sind in Ordnung.
    [one] In Ordnung: { $a } von { $b } Kunden. Bei einem ist etwas zu tun.
   *[other] In Ordnung: { $a } von { $b } Kunden. Bei { $n } ist etwas zu tun.
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
todo-h = Zuerst ansehen
todo-sub = Nach Dringlichkeit; erledigt verschwindet von selbst.
todo-silent = Kein guter Lauf seit { $x }
todo-failed = Lauf fehlgeschlagen: { $x }
todo-unreadable = Gespeicherte Einstellungen sind beschädigt; kein Lauf seit { $x }
todo-held = { $n ->
    [one] Eine Änderung zurückgehalten
   *[other] { $n } Änderungen zurückgehalten
  }
todo-first-plan = Der erste Plan wartet auf Sie
view-runs = Läufe ansehen
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
add-namesake = Einen Kunden dieses Namens gibt es schon: { $x }.
add-also = Das ist ein anderer: trotzdem anlegen
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
not-connected-text = Dieser Kunde ist nicht mit Microsoft 365 verbunden. Sein Kontaktbuch wird von Hand gepflegt.
last-good = letzter guter Lauf { $x }
tenant-word = Mandant
since-word = Seit
held-text = Bis jemand entscheidet, bleibt dabei alles, wie es ist; alles andere geht weiter.
first-plan-text = Es ist noch nichts geändert. Sehen Sie sich den Plan an, und wenden Sie ihn an, wenn er stimmt.
latest-runs = Letzte Läufe
all-runs = Alle Läufe
contacts-word = Kontakte
from-365-long = aus Microsoft 365
groups-h = Gruppen
groups-word = Gruppen
rules-h = Regeln

# Runs
runs-h = Läufe
runs-text = Neueste zuerst. Läufe, in denen nichts zu tun war, stehen nicht hier.
runs-empty = Noch kein Lauf.
run-word = Lauf
run-number = Nummer { $x }
run-kind = Art
run-end = Ergebnis
runs-newer = Neuere Läufe
runs-older = Ältere Läufe
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
book-empty = Das Kontaktbuch ist leer. Verbinden Sie Microsoft 365, lesen Sie eine CSV-Datei ein, oder fügen Sie einen Kontakt hinzu.
book-none-found = Niemand heißt so. Gesucht wurde auch nach früheren Namen und Nummern.
name-word = Name
phone-word = Telefon
origin-word = Herkunft
by-hand = von Hand
from-365-once = Microsoft 365, einmal übernommen
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
number-typed = eingetragen als { $x }
field-business-phones = Telefon
field-site = Standort

# Searches in the bar, beside those of the page
quick-search = Schnellsuche
go-to-customer = Zu einem Kunden wechseln
switch-lately = Zuletzt
switch-found = { $n ->
    [one] { $n } Kunde gefunden
   *[other] { $n } Kunden gefunden
  }
switch-all = In der Liste aller Kunden suchen

# The book
of-them-linked = { $n ->
    [one] davon einer mit Microsoft 365 verknüpft
   *[other] davon { $n } mit Microsoft 365 verknüpft
  }
view-all = Alle
view-changed = Geändert (7 Tage)
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

# Plan
plan-h = Plan
plan-summary = Zusammenfassung
plan-due = { $n ->
    [one] 1 Änderung steht an
   *[other] { $n } Änderungen stehen an
  }
plan-removals-wait = { $n ->
    [one] 1 Löschung wartet auf Sie
   *[other] { $n } Löschungen warten auf Sie
  }
plan-changes-wait = { $n ->
    [one] 1 Änderung wartet auf Sie
   *[other] { $n } Änderungen warten auf Sie
  }
plan-none-h = Alles auf dem Stand
plan-unread-h = Noch nichts gelesen
plan-unread-text = „Neu lesen“ fragt Microsoft 365 und zeigt, was sich ändern würde. Dabei wird nichts geändert.
plan-off-h = Nicht verbunden
plan-off-text = Einen Plan gibt es, sobald dieser Kunde mit Microsoft 365 verbunden ist.
plan-sub = Plan vom { $x }. Es ist noch nichts geändert.
plan-empty = Nichts zu tun: Kontaktbuch und Microsoft 365 stimmen überein, soweit gelesen wurde.
plan-outdated = Seit diesem Plan hat sich etwas geändert. „Neu lesen“ bringt ihn auf den Stand; beim Anwenden wird ohnehin neu gelesen.
plan-first-h = Der erste Plan wartet auf Sie
plan-first-text = Dieser Kunde ist neu verbunden. Läufe ändern nichts, bis Sie den ersten Plan angewendet haben.
plan-share = Von { $all } Kontakten: { $new } neu, { $changed } geändert, { $removed } entfernt, { $held } zurückgehalten
plan-all = Alle
plan-new = neu
plan-linked = verknüpft
plan-changed = geändert
plan-removed = { $n ->
    [one] wird entfernt
   *[other] werden entfernt
  }
plan-groups = Gruppen
plan-later = abwarten
plan-findings = { $n ->
    [one] 1 Hinweis
   *[other] { $n } Hinweise
  }
plan-lines-h = Anstehende Änderungen
plan-foot-held = { $n ->
    [one] 1 Änderung bleibt zurückgehalten.
   *[other] { $n } Änderungen bleiben zurückgehalten.
  }
plan-foot = Vor dem Anwenden wird neu gelesen. Rückgängig machen können Sie den Lauf 30 Tage lang.
apply-n = { $n ->
    [one] 1 Änderung anwenden
   *[other] { $n } Änderungen anwenden
  }
read-again = Neu lesen
sync-now = Jetzt abgleichen
sync-complete = Alles vollständig neu lesen
sync-one = Nur diese Person abgleichen
view-plan = Plan ansehen
to-plan = Zum Plan
pin-value-ask = Wert anheften …
open-contact = Kontakt ansehen
more-about = Mehr zu { $x }
select-word = Auswahl
select-all = Alle sichtbaren auswählen
select-one = { $x } auswählen
person-word = Person
change-word = Änderung
before-after = Vorher → nachher
reason-word = Grund
before-word = vorher:
becomes-word = wird zu
empty-word = leer
quoted = „{ $x }“
reason-group = Mitglied über { $x }
and-more = { $n ->
    [one] und ein weiterer
   *[other] und { $n } weitere
  }
change-contact = Kontakt
change-there = vorhanden
change-in-bin = im Papierkorb
change-left = Ausgeschieden
change-left-yes = ja
change-left-no = nein
change-link = Verknüpfung
change-link-yes = besteht
change-link-no = keine
change-subscription = Abonnement
change-until = Bis
change-name = Name
change-members = Mitglieder
change-join = { $n ->
    [one] 1 kommt hinzu
   *[other] { $n } kommen hinzu
  }
change-leave = { $n ->
    [one] 1 geht
   *[other] { $n } gehen
  }

# What waits
held-h = { $n ->
    [0] Freigegeben, noch nicht angewendet
    [one] 1 Änderung zurückgehalten
   *[other] { $n } Änderungen zurückgehalten
  }
held-by-hand-h = { $n } von Hand zurückgehalten
held-besides = dazu { $n } von Hand
held-none-found = Von dem, was wartet, passt nichts zur Suche.
held-why-guard = Löschschutz: höchstens { $count } Löschungen oder { $percent } Prozent des Kontaktbuchs an einem Tag, je nachdem, was mehr ist. Fragen Sie beim Kunden nach, bevor Sie freigeben.
held-why-emptied = Eine Gruppe hat alle ihre Mitglieder auf einmal verloren. Das ist meist ein Versehen: Fragen Sie nach, bevor Sie freigeben.
held-why-unconfirmed = Wer nicht mehr zu sehen ist, ist noch nicht sicher gelöscht: Microsoft 365 hat es nicht bestätigt.
held-why-person = Manches hält jemand von Hand zurück, bis es einzeln freigegeben wird.
hold = Zurückhalten
hold-chosen = Ausgewählte zurückhalten
release = Freigeben
release-h = Freigeben
release-all = Alle { $n } freigeben …
release-chosen = Ausgewählte freigeben …
released-word = freigegeben
keep-chosen = Ausgewählte lassen, wie sie sind
since-x = seit { $x }
release-removes-h = { $n ->
    [one] Diese Änderung freigeben? Ein Kontakt wird gelöscht.
   *[other] { $n } Änderungen freigeben? Kontakte werden gelöscht.
  }
release-changes-h = { $n ->
    [one] Diese Änderung freigeben?
   *[other] { $n } Änderungen freigeben?
  }
release-removes-text = Gelöschte Kontakte verschwinden aus dem Kontaktbuch. 30 Tage lang liegen sie im Papierkorb und lassen sich zurückholen.
release-text = Vor dem Anwenden wird neu gelesen. Ausgeführt wird nur, was auch dann noch ansteht.
release-number = Zur Bestätigung die Anzahl eingeben
release-number-wrong = Bitte { $n } eingeben: So viele Änderungen sind es jetzt.
release-n = { $n ->
    [one] 1 Änderung freigeben
   *[other] { $n } Änderungen freigeben
  }
release-removes-n = { $n ->
    [one] 1 Löschung freigeben
   *[other] { $n } freigeben, Löschungen eingeschlossen
  }
said-released = { $n ->
    [0] Es war nichts mehr freizugeben.
    [one] Freigegeben. Der nächste Lauf liest zuerst neu und führt nur aus, was auch dann noch ansteht.
   *[other] { $n } freigegeben. Der nächste Lauf liest zuerst neu und führt nur aus, was auch dann noch ansteht.
  }
said-rejected = { $n ->
    [0] Es war nichts mehr zurückgehalten.
    [one] Bleibt, wie es ist, bis es sich in Microsoft 365 wieder ändert.
   *[other] { $n } bleiben, wie sie sind, bis sie sich in Microsoft 365 wieder ändern.
  }
said-held = Zurückgehalten. Läufe ändern daran nichts, bis Sie freigeben.
said-nothing = Seit dem letzten Lauf hat sich in Microsoft 365 nichts geändert.
said-none = Bitte zuerst etwas auswählen.
said-other = Der Plan ist inzwischen ein anderer. Bitte sehen Sie ihn sich noch einmal an.

# Under way
live-look-h = Ein Plan wird gemacht
live-run-h = Ein Lauf arbeitet gerade
live-person-h = Eine Person wird abgeglichen
live-undo-look-h = Rückgängig machen wird vorbereitet
live-undo-h = Ein Lauf wird rückgängig gemacht
live-stopped-h = Der Lauf wurde abgebrochen
live-failed-h = Das hat nicht geklappt
live-by = Begonnen { $time } von { $who }.
live-since = Läuft seit { $x }.
live-begins = Es geht los
live-elsewhere = Liest oder vergleicht
live-asking = Anmeldung und Anfrage bei Microsoft 365
live-users = { $n ->
    [one] 1 Benutzer
   *[other] { $n } Benutzer
  }
live-groups = { $n ->
    [one] 1 Gruppe
   *[other] { $n } Gruppen
  }
live-compared = { $n ->
    [one] 1 Person verglichen
   *[other] { $n } Personen verglichen
  }
live-written = { $n ->
    [one] { $done } von 1 Änderung geschrieben
   *[other] { $done } von { $n } Änderungen geschrieben
  }
live-inactive = Der Abgleich ist für diesen Kunden ausgeschaltet. In den Regeln lässt er sich einschalten.
live-nothing-read = Noch wurde nichts gelesen. „Neu lesen“ auf der Seite „Plan“ liest zuerst alle.
live-busy = Ein anderer Lauf war schneller. Bitte warten Sie sein Ende ab.
live-failed-text = Im Kontaktbuch hat sich dadurch nichts verändert, was nicht in der Liste der Läufe steht.
live-stopped-text = Was schon geschrieben war, bleibt und lässt sich rückgängig machen. Den Rest erledigt der nächste Lauf.
leave-page = Sie können die Seite verlassen; der Lauf geht weiter.
cancel-run-ask = Abbrechen …
cancel-run-h = Lauf abbrechen?
cancel-run-text = Was schon geschrieben ist, bleibt und lässt sich rückgängig machen. Den Rest erledigt der nächste Lauf.
cancel-run = Lauf abbrechen
go-on = Weiterlaufen lassen
of-x = von { $x }
phase-reading = Lesen
phase-planning = Vergleichen
phase-applying = Anwenden
phase-follows = folgt
phase-now = läuft
phase-done = fertig

# One run
run-done-h = Lauf { $x }
run-undone-h = Lauf { $x } hat etwas rückgängig gemacht
run-running-h = Lauf { $x } arbeitet gerade
run-failed-h = Lauf { $x } ist gescheitert
run-cut-off-h = Lauf { $x } wurde abgebrochen
run-planned-h = Lauf { $x } hat nur geplant
run-lines-h = Was der Lauf getan hat
run-planned-lines-h = Was anstand
run-lines-empty = Dieser Lauf hat keine Zeilen.
run-lines-forgotten = Die einzelnen Zeilen werden nach einiger Zeit vergessen; die Zahlen bleiben.
done-run = Fertig: { $new } neu, { $changed } geändert, { $removed } entfernt, { $held } zurückgehalten.
count-new = neu
count-linked = verknüpft
count-changed = geändert
count-restored = aus dem Papierkorb geholt
count-removed = entfernt
count-unlinked = nicht mehr verknüpft
count-memberships = { $n ->
    [one] Mitgliedschaft
   *[other] Mitgliedschaften
  }
count-held = zurückgehalten
count-unchanged = unverändert
findings-h = Hinweise
undo-h = Rückgängig machen
undo-text = Sie sehen zuerst, was das täte. Was seither von Hand geändert wurde, bleibt.
undo-run = Diesen Lauf rückgängig machen …
undo-to-before = Auf den Stand vor diesem Lauf zurück …
undo-one = Rückgängig …
undo-look-h = { $n ->
    [one] 1 Änderung würde zurückgehen
   *[other] { $n } Änderungen würden zurückgehen
  }
undo-nothing-h = Nichts geht zurück
undo-n = { $n ->
    [one] 1 Änderung rückgängig machen
   *[other] { $n } Änderungen rückgängig machen
  }
undo-removes-h = { $n ->
    [one] Ein Kontakt käme dabei in den Papierkorb
   *[other] { $n } Kontakte kämen dabei in den Papierkorb
  }
undo-removes-text = Von dort sind 30 Tage lang alle zurückzuholen.
undo-all = Der Zeitpunkt liegt vor dem ersten Lauf: Alles, was Läufe je getan haben, ginge zurück, soweit es nicht unberührt bleibt.
undo-anew = Seit Ihrem Blick hat sich etwas geändert, deshalb ist noch nichts geschehen. Bitte sehen Sie es sich noch einmal an.
undo-number = Wie viele Kontakte kommen in den Papierkorb?
undo-number-wrong = Bitte { $n } eingeben: So viele kämen in den Papierkorb.
undo-lines-h = Was zurückginge
undo-foot = Auch das ist ein Lauf und lässt sich rückgängig machen.
undo-of-run = Macht Lauf { $x } rückgängig
undo-since = Macht rückgängig, was Läufe seit { $x } getan haben

# Before a dangerous step
proof-h = Sind Sie es?
proof-text = Für diesen Schritt geben Sie bitte noch einmal Ihr Kennwort ein. Danach wird er ausgeführt.
proof-button = Weiter
proof-no-password = Ihr Konto hat kein Kennwort. Melden Sie sich für diesen Schritt mit einem neuen Link an, und legen Sie am besten gleich danach im Profil ein Kennwort fest.

# Connection
set-up-group = Einrichtung
connect-h = Mit Microsoft 365 verbinden
connect-text = Whoswho liest nur; in Microsoft 365 ändert es nichts.
connect-not-yours = Dieser Kunde ist nicht verbunden. Verbinden kann ihn Ihr Betreiber.
connect-refused-h = So lässt es sich nicht verbinden
connect-look-h = Bitte sehen Sie noch einmal nach
connect-nothing-kept = Es wurde nichts gespeichert.
connection-tenant-id = Verzeichnis-ID (Mandant)
connection-client-id = Anwendungs-ID (Client)
connection-text = Whoswho liest Benutzer und Gruppen und ändert dort nichts.
connection-manage = Verwalten
connection-made-nobody = Verbunden. Als Nächstes wählen Sie, wer ins Kontaktbuch kommt.
connection-made = Verbunden. Als Nächstes zeigt der Plan, wer ins Kontaktbuch käme.
shared-ask = Mit diesem Mandanten ist schon verbunden: { $x }. Beide Kontaktbücher bekämen seine Personen.
shared-also = Das ist gewollt: trotzdem verbinden
shared-look = Der Mandant ist schon verbunden
shared-unseen = { $n ->
    [one] ein Kunde, den Sie nicht betreuen
   *[other] { $n } Kunden, die Sie nicht betreuen
  }
connection-shared = Mit diesem Mandanten ist außerdem verbunden: { $x }. Beide Kontaktbücher bekommen seine Personen.
connect-tenant-hint = Im Portal unter „Übersicht“ (Overview) der App-Registrierung „Verzeichnis-ID (Mandant)“ (Directory (tenant) ID); eine Domain des Mandanten geht auch.
connect-client-hint = Ebenfalls unter „Übersicht“ (Overview), „Anwendungs-ID (Client)“ (Application (client) ID).
connect-tenant-wrong = Das ist weder eine Verzeichnis-ID noch eine Domain. Beispiel: 5c1f0d6e-2b7a-4e0c-9d53-8a1b6f2e7c90
connect-client-wrong = Das ist keine Anwendungs-ID. Beispiel: a94e3c17-60fd-4b0b-8a2e-1f7c5d9e0b36
connect-tenant-unknown = Microsoft kennt diesen Mandanten nicht. Bitte die Verzeichnis-ID und die Cloud prüfen.
connect-client-unknown = In diesem Mandanten gibt es diese App nicht, oder ihr wurde nicht zugestimmt. Bitte die Anwendungs-ID prüfen oder die Zustimmung einholen.
connect-how = Womit weist sich Whoswho aus?
connect-secret = Geheimer Clientschlüssel
connect-secret-why = Schnell eingerichtet, läuft nach höchstens 24 Monaten ab.
connect-secret-value = Geheimer Clientschlüssel, Wert
connect-secret-again = Geheimnis oder Zertifikat bitte noch einmal einfügen: Es wird nicht zurückgeschickt.
connect-secret-hint = Etwa 40 Zeichen, meist mit Tilde. Microsoft zeigt ihn nur ein Mal. Er wird verschlüsselt gespeichert und nie wieder angezeigt.
connect-secret-missing = Bitte den Wert aus der Spalte „Wert“ (Value) eintragen.
connect-secret-id = Das ist die Geheime ID (Secret ID), nicht der Wert. Bitte die Spalte „Wert“ (Value) kopieren. Ist er schon ausgeblendet, legen Sie einen neuen Schlüssel an.
connect-secret-refused = Microsoft lehnt diesen geheimen Clientschlüssel ab. Die IDs stimmen.
connect-certificate = Zertifikat
connect-certificate-why = Sicherer, wenn Sie schon eines haben. Dasselbe Zertifikat wird im Portal unter „Zertifikate“ hochgeladen.
connect-certificate-value = Zertifikat mit privatem Schlüssel (PEM)
connect-certificate-hint = Nur nötig, wenn oben „Zertifikat“ gewählt ist. Der Schlüssel wird verschlüsselt gespeichert und nie wieder angezeigt.
connect-certificate-wrong = Das lässt sich nicht verwenden: { $x }.
connect-certificate-long = Das ist zu lang für ein Zertifikat mit Schlüssel.
connect-certificate-refused = Microsoft kennt dieses Zertifikat nicht. Bitte unter „Zertifikate“ hochladen.
connect-ends = Gültig bis
connect-ends-hint = Wie in der Spalte „Gültig bis“, damit rechtzeitig gewarnt wird. Wo Microsoft es selbst sagt, gilt das.
connect-ends-wrong = Bitte einen Tag angeben, der noch kommt.
connect-cloud = Cloud
cloud-own = Eigene (laut Konfiguration)
cloud-global = Weltweit
cloud-us-gov = US-Behörden (GCC High)
cloud-us-gov-dod = US-Verteidigungsministerium
cloud-china = China (21Vianet)
check-next = Prüfen und verbinden
connect-where = Wo Sie das finden
connect-where-app = „App-Registrierungen“ (App registrations), dort Ihre App, „Übersicht“ (Overview)
connect-where-secrets = „Zertifikate & Geheimnisse“ (Certificates & secrets)
connect-where-new = Reiter „Geheime Clientschlüssel“ (Client secrets), „Neuer geheimer Clientschlüssel“ (New client secret)
connect-where-copy = Spalte „Wert“ (Value) kopieren
connect-where-at-once = sofort, bevor Sie die Seite verlassen
connect-columns = So heißen die Spalten dort
connect-this = dieser
connect-not-this = nicht dieser
permissions-h = Benötigte Berechtigungen
permissions-kind = Unter „API-Berechtigungen“ (API permissions), Microsoft Graph, Typ „Anwendungsberechtigungen“ (Application permissions):
permissions-optional = Freiwillig, für Namen von Lizenzen, verborgene Gruppenmitglieder und das Ende des Zugangs:
permissions-consent = Danach „Administratorzustimmung erteilen“ (Grant admin consent) drücken. Was darüber hinaus erteilt ist, nennen wir Ihnen.
copy = Kopieren
connect-reads-h = Was gelesen wird
connect-reads = Namen, E-Mail-Adressen, Rufnummern, Stellen, Abteilungen, Standorte und Lizenzen der Benutzer, dazu Gruppen und ihre Mitglieder. Keine Mails, keine Dateien, keine Kalender.
connect-account = Zum Anlegen der App braucht es ein Konto, das für die Organisation zustimmen darf: „Globaler Administrator“ (Global Administrator) oder „Administrator für privilegierte Rollen“ (Privileged Role Administrator).
renew-h = Zugang erneuern
ends-day = Letzter Tag von Geheimnis oder Zertifikat
ends-hint = Wie in der Spalte „Gültig bis“, damit rechtzeitig gewarnt wird. Leer heißt: nicht bekannt. Sagt Microsoft den Tag später selbst, gilt dieser.
ends-keep = Tag speichern
ends-kept = Gespeichert, wann der Zugang endet.
ends-forgotten = Gespeichert: Wann der Zugang endet, ist nicht bekannt.
renew-access = Zugang erneuern
check-now = Jetzt prüfen
check-h = Prüfung
check-failed-h = Noch kann kein Lauf beginnen
check-failed-text = Was rot markiert ist, sagt, warum. Im Kontaktbuch wird niemand entfernt, solange es fehlt.
check-never = „Jetzt prüfen“ fragt Microsoft 365, was geht und was fehlt.
check-step = Schritt
permission-word = Berechtigung
check-result = Ergebnis
checked-at = geprüft { $x }
disconnect-ask = Verbindung beenden …
disconnect-h = Verbindung beenden
disconnect-q = Verbindung mit { $x } beenden?
disconnect-text = Danach wird nichts mehr abgeglichen. Was aus Microsoft 365 gelesen wurde, gespeicherte Schlüssel, der Personenkreis und die Verknüpfungen werden gelöscht; frühere Läufe lassen sich nicht mehr rückgängig machen.
disconnect-imported = Was wird aus dem, was importiert wurde?
disconnect-keep = { $n ->
    [one] Der verknüpfte Kontakt bleibt, wird aber nicht mehr abgeglichen.
   *[other] Die { $n } verknüpften Kontakte bleiben, werden aber nicht mehr abgeglichen.
  }
disconnect-remove = Importierte Kontakte in den Papierkorb legen
disconnect-remove-text = Nur Kontakte, die ein Lauf angelegt hat. Von dort lassen sie sich 30 Tage lang zurückholen.
disconnect-button = Verbindung beenden
live-check-h = Microsoft 365 wird gefragt
disconnect-done = { $n ->
    [0] Die Verbindung ist beendet. Die Kontakte bleiben, wie sie sind.
    [one] Die Verbindung ist beendet. 1 Kontakt liegt im Papierkorb.
   *[other] Die Verbindung ist beendet. { $n } Kontakte liegen im Papierkorb.
  }
live-gone = { $n ->
    [one] 1 Kontakt im Papierkorb
   *[other] { $n } Kontakte im Papierkorb
  }
live-disconnect-h = Die Verbindung wird beendet

# Contacts by hand
add-contact = Kontakt anlegen
aliases-word = Weitere Adressen
back-word = Zurück
bin-empty = Der Papierkorb ist leer.
bin-h = Papierkorb
bin-none-ticked = Niemand ist ausgewählt. Bitte ankreuzen, wer zurück soll.
bin-text = Gelöschte Kontakte bleiben 30 Tage. Wer zurückkommt, hat dieselbe Kennung, Verknüpfung und Gruppen wie vorher.
by-command-line = Befehlszeile
by-former-account = ein Konto, das es nicht mehr gibt
by-run = Lauf { $x }
by-word = Durch
changed-meanwhile = Jemand hat diesen Kontakt inzwischen geändert. Ihre Eingaben stehen noch da; bitte vergleichen.
changed-meanwhile-h = Zwischenzeitlich geändert
contact-word = Kontakt
data-button = Auskunft ausgeben
data-contact = Im Kontaktbuch
data-h = Auskunft: { $x }
data-machine = Als Datei (JSON)
data-mirror = Aus Microsoft 365 gelesen
data-none = Nichts.
data-text = Alles, was über diese Person gespeichert ist. Sie können die Seite drucken oder die Datei weitergeben.
days-left = { $n ->
    [one] noch einen Tag
   *[other] noch { $n } Tage
  }
delete-button = Löschen …
delete-comes-back = Die Person gehört nach den Regeln ins Kontaktbuch: Der nächste Lauf holt den Kontakt zurück, solange das so ist.
delete-q = { $x } löschen?
delete-sure = In den Papierkorb
delete-text = Der Kontakt verschwindet aus dem Kontaktbuch und allem, was daraus gespeist wird. 30 Tage lang lässt er sich aus dem Papierkorb zurückholen.
deletion-log = Löschprotokoll
deletion-log-empty = Niemand wurde gelöscht.
done-added = Kontakt angelegt.
done-erased-clean = Die Person ist gelöscht; auch in den Dateien der Datenbank steht nichts mehr von ihr. Ältere Sicherungen enthalten sie noch.
done-erased-later = Die Person ist gelöscht. Spuren in den Dateien der Datenbank räumt das nächste Löschen weg; ältere Sicherungen enthalten sie noch.
done-erased-server = Die Person ist gelöscht. Den Platz räumt PostgreSQL selbst auf; ältere Sicherungen enthalten sie noch.
done-group-added = Gruppe angelegt.
done-group-deleted = Gruppe gelöscht. Ihre Kontakte bleiben.
done-group-renamed = Gruppe umbenannt.
done-held = Die Person ist zurückgehalten: Läufe ändern nichts an ihr, bis jemand sie freigibt.
done-let-go = Die Person ist freigegeben.
done-let-in = Die Person darf wieder ins Kontaktbuch; der nächste Lauf liest alles und folgt den Regeln.
done-linked = Verknüpft. Der nächste Lauf gleicht den Kontakt ab.
done-merged = Zusammengeführt. Der andere Kontakt liegt im Papierkorb.
done-removed = Gelöscht. Bis zum Ende der Frist lässt sich das hier zurückholen.
done-saved = Gespeichert.
done-unlinked = Nicht mehr verknüpft. Der Kontakt bleibt.
done-unpinned = Nicht mehr angeheftet. Der nächste Lauf schreibt, was Microsoft 365 sagt.
edit-button = Bearbeiten
edit-contact-h = { $x } bearbeiten
edit-warning = Dieses Feld kommt aus Microsoft 365. Ihr Wert gilt bis zum nächsten Lauf, außer Sie heften ihn an.
edit-warning-email = Dieses Feld kommt aus Microsoft 365. Ändern Sie es, legt der nächste Lauf für diese Person einen neuen Kontakt an und überlässt diesen Ihnen.
erase-also = Ausgeschlossen wird auch: { $x }
erase-backups = Ältere Sicherungen enthalten die Person noch; wird eine eingespielt, wird die Person dabei wieder gelöscht.
erase-button = Person löschen …
erase-everywhere = Alle Werte gehen überall: Kontaktbuch, Papierkorb, Verlauf, Pläne, Postausgang und was aus Microsoft 365 gelesen wurde.
erase-for-good = Das lässt sich nicht rückgängig machen. Im Löschprotokoll steht danach nur, dass und wann gelöscht wurde.
erase-kept-out = Kein Lauf holt die Person zurück, bis jemand sie unter „Ausgeschlossen“ wieder zulässt.
erase-q = { $x } überall und endgültig löschen?
erase-sure = Endgültig löschen
erase-whom = Mehrere Personen haben diese Adresse. Wer ist gemeint?
event-changed = { $x } geändert; die Werte sind nach 30 Tagen gelöscht
event-created = Kontakt angelegt
event-joined = in eine Gruppe genommen
event-left = als ausgeschieden markiert
event-linked = verknüpft
event-parted = aus einer Gruppe genommen
event-pinned = { $x } angeheftet
event-removed = gelöscht
event-restored = wiederhergestellt
event-returned = zurückgekehrt
event-unlinked = Verknüpfung gelöst
event-unpinned = { $x } nicht mehr angeheftet
field-word = Feld
file-book = kontaktbuch
file-data = auskunft
form-errors = Bitte diese Angaben ansehen
group-add = Gruppe anlegen
group-delete-365 = Die Gruppe steht für eine Gruppe in Microsoft 365: Der nächste Lauf beendet dieses Abonnement.
group-delete-q = Gruppe { $x } löschen?
group-delete-sure = Gruppe löschen
group-follows = Diese Gruppe heißt wie ihre Gruppe in Microsoft 365 und wird dort umbenannt.
group-name = Name der Gruppe
group-nameless = Die Gruppe braucht einen Namen.
group-rename = Umbenennen …
group-rename-h = Gruppe { $x } umbenennen
group-taken = So heißt schon eine Gruppe. Bitte einen anderen Namen nehmen.
groups-empty = Noch keine Gruppe.
groups-text = Gruppen aus Microsoft 365 folgen ihrer Gruppe dort; von Hand angelegte gehören Ihnen.
held-since = zurückgehalten seit { $x }
hint-display-name = Folgt aus Vor- und Nachname, solange es eines davon gibt.
hint-phones = Eine Nummer in jeder Zeile. Beispiel: +49 40 1234567
history-empty = Noch keine Änderung.
history-h = Verlauf
history-more = Ältere Änderungen zeigt die Auskunft.
history-text = Jede Änderung mit Lauf oder Person; frühere Werte bleiben 30 Tage.
hold-button = Zurückhalten …
hold-q = { $x } zurückhalten?
hold-sure = Zurückhalten
hold-text = Läufe planen weiter, wenden aber nichts an, was diese Person betrifft, bis jemand sie freigibt.
how-word = Wie
kept-for = Frist
kept-out-empty = Niemand ist ausgeschlossen.
kept-out-h = Ausgeschlossen
kept-out-nobody = Diese Person ist nicht ausgeschlossen.
kept-out-text = Diese Personen kommen durch keinen Lauf zurück. Gespeichert ist nur ihre Kennung.
let-go-button = Freigeben
let-in-button = Wieder zulassen
link-ask = Bitte die E-Mail-Adresse oder Objekt-ID der Person eingeben.
link-button = Verknüpfen …
link-h2 = { $x } verknüpfen
link-how-automatic = automatisch, über die Adresse
link-how-created = ein Lauf hat den Kontakt angelegt
link-how-hand = von einem Menschen
link-kept-out = Diese Person ist ausgeschlossen und kommt nicht zurück.
link-nobody = Niemanden mit dieser Adresse oder Objekt-ID hat der letzte Lauf in Microsoft 365 gesehen.
link-people = Personen in Microsoft 365
link-sure = Mit dieser Person verknüpfen
link-taken = Diese Person ist schon mit einem Kontakt verknüpft, vielleicht mit einem im Papierkorb.
link-taken-short = nicht frei
tie-text = Verknüpft wird über die Objekt-ID, nie über die Adresse. Danach schreibt jeder Lauf die Felder, die aus Microsoft 365 kommen.
link-who = Adresse oder Objekt-ID
many-act = In Gruppe …
many-delete-q = { $n ->
    [one] Diesen Kontakt löschen?
   *[other] { $n } Kontakte löschen?
  }
many-delete-sure = { $n ->
    [one] Kontakt in den Papierkorb
   *[other] { $n } Kontakte in den Papierkorb
  }
many-group = In welche Gruppe?
many-group-sure = In die Gruppe aufnehmen
many-leave = Aus dieser Gruppe nehmen
many-none = Niemand ist ausgewählt
many-none-text = Bitte in der Liste ankreuzen, um wen es geht.
merge-both-linked = Beide sind mit einer Person in Microsoft 365 verknüpft, also zwei Personen. Lösen Sie zuerst eine Verknüpfung.
merge-button = Zusammenführen …
merge-choose = Bitte den anderen Kontakt wählen.
merge-fields = Felder beider Kontakte
merge-goes = { $x }, kommt in den Papierkorb
merge-h = { $x } zusammenführen
merge-nobody = Niemand gefunden. Bitte nach dem anderen Kontakt suchen.
merge-same = gleich
merge-stays = { $x }, bleibt
merge-sure = Zusammenführen
merge-text = Wenn zwei Kontakte dieselbe Person sind: Einer bleibt mit seiner Kennung, der andere kommt in den Papierkorb.
merge-what = Der Kontakt, der bleibt, bekommt auch Gruppen und Verknüpfung des anderen.
merge-whom = Den anderen Kontakt suchen
name-follows = Der Anzeigename folgt aus Vor- und Nachname. Leeren Sie beide, um ihn selbst zu wählen.
name-missing = Ein Kontakt braucht Vorname, Nachname oder Anzeigename.
not-linked-text = Nicht verknüpft: Kein Lauf ändert diesen Kontakt.
now-in-book = Im Kontaktbuch steht jetzt
object-id = Objekt-ID
pin-box = { $x } anheften: Läufe lassen den Wert in Ruhe
pin-summary = Wert anheften …
pin-until = Bis (leer: auf Dauer)
pin-until-wrong = Bitte einen Tag angeben, der noch kommt.
pin-why = Grund
address-taken = Diese Adresse hat schon: { $x }.
address-also = Trotzdem speichern: Beide haben diese Adresse
pin-not-ticked = Zum Anheften bitte oben ankreuzen; sonst Grund und Tag leeren.
pin-why-missing = Bitte einen Grund angeben, damit später jemand weiß, ob der Wert weg kann.
print-hint = Über das Menü Ihres Browsers drucken.
print-button = Drucken
privacy-h = Datenschutz
privacy-text = Auskunft und Löschung erfassen alles, was gespeichert ist.
reason-erased = auf Wunsch gelöscht
reason-objected = hat widersprochen
reason-restricted = Verarbeitung eingeschränkt
removed-at = Gelöscht am
restore-button = Wiederherstellen
search-button = Suchen
sign-in-name = Anmeldename
tick-all = Alle sichtbaren auswählen
tick-one = { $x } auswählen
unknown-word = unbekannt
unlink-button = Verknüpfung lösen …
unlink-q = Verknüpfung von { $x } lösen?
unlink-sure = Verknüpfung lösen
unlink-text = Der Kontakt bleibt und gehört dann Ihnen. Die Person gilt beim nächsten Lauf als neu; die Regeln sagen, was dann geschieht.
unpin-button = Lösen
when-word = Wann
why-word = Warum
out-button = Ausgeben
csv-excel = CSV für Excel
vcard-word = vCard für Telefone
tie-h = Verknüpfung
done-restored = { $n ->
    [one] Ein Kontakt ist wieder im Kontaktbuch.
   *[other] { $n } Kontakte sind wieder im Kontaktbuch.
  }
group-delete-text = { $n ->
    [one] Ein Kontakt ist darin; er bleibt im Kontaktbuch.
   *[other] { $n } Kontakte sind darin; sie bleiben im Kontaktbuch.
  }

# Staff
staff-h = Personen
staff-text = Wer sich hier anmeldet: Ihre Mitarbeitenden und Personen der Kunden.
staff-add = Person hinzufügen
staff-add-text = Sie bekommen einen Link, der die Person einmal anmeldet; ein Kennwort legt sie danach selbst fest.
staff-name = Ihr oder sein Name
staff-name-missing = Bitte einen Namen eingeben.
staff-customers = Welche Kunden
staff-customers-hint = Eigentümer erreichen alle. Administration und nur lesend gehören zu genau einem Kunden.
staff-found = { "{n}" } Treffer
staff-reach-all = Alle, auch die, die später dazukommen
staff-reach-chosen = Nur die angekreuzten
staff-reach-missing = Bitte wählen: alle Kunden oder nur die angekreuzten.
staff-chosen-none = Bitte mindestens einen Kunden ankreuzen.
staff-role-missing = Bitte eine Rolle wählen.
staff-last-owner = Das ist der einzige Eigentümer. Bitte zuerst jemand anderen dazu machen.
staff-too-long = Das ist zu lang. Möglich sind höchstens { $n } Zeichen.
staff-edit = Ändern
staff-edit-h = { $x } ändern
staff-edit-text = Rolle und Kunden gelten sofort, auch in offenen Anmeldungen. Kennwort und Microsoft-Konto bleiben. Mit einer anderen Adresse gelten Links nicht mehr, die an die alte gingen.
staff-changed = Geändert. Das gilt ab sofort.
staff-no-customer = Einen Kunden mit dem Kürzel „{ $x }“ gibt es nicht.
staff-owner-all = Eigentümer erreichen alle Kunden. Bitte „Alle“ wählen.
staff-one-customer = Bitte „Nur die angekreuzten“ wählen und genau einen Kunden ankreuzen.
staff-link = Link zum Anmelden
staff-link-h = Link für { $x }
staff-link-text = Er meldet einmal an und gilt bis { $x }. Sie sehen ihn nur jetzt; schicken Sie ihn nur dieser Person.
staff-removed = Entfernt. Alle Anmeldungen dieses Kontos sind beendet.
staff-remove-ask = Entfernen …
staff-remove-h = Konto entfernen
staff-remove-q = { $x } entfernen?
staff-remove-text = Alle Anmeldungen und Links dieses Kontos enden sofort. An Kunden und Kontakten ändert sich nichts.
role-word = Rolle
signed-in-word = Zuletzt angemeldet
never-signed-in = noch nie
reach-all = alle Kunden
reach-none = keine

# Import and groups
import-nav = Import und Gruppen
import-h = Benutzer aus Microsoft 365 übernehmen
import-text = Wählen Sie, wer ins Kontaktbuch kommt. Wer schon darin steht, ist gekennzeichnet und wird nicht doppelt angelegt.
import-counts = { $n ->
    [one] Ein Benutzer, { $there } davon im Kontaktbuch.
   *[other] { $n } Benutzer, { $there } davon im Kontaktbuch.
  }
import-read-at = Gelesen { $x }
import-kinds = Art des Imports
by-hand-h = Von Hand
subscribe-h = Automatisch nach Gruppen
import-mode-manual = Modus: von Hand. Nur Sie fügen Personen hinzu; Läufe gleichen ab, wer importiert ist.
import-mode-automatic = Modus: automatisch. Läufe fügen hinzu, wer im Personenkreis ist, zum Beispiel die Mitglieder abonnierter Gruppen.
import-to-manual = Auf „von Hand“ umstellen …
import-to-automatic = Auf „automatisch“ umstellen …
import-to-manual-q = Künftig nur noch von Hand hinzufügen?
import-to-automatic-q = Künftig automatisch hinzufügen?
import-to-manual-sure = Auf „von Hand“ umstellen
import-to-automatic-sure = Auf „automatisch“ umstellen
import-to-manual-text = Läufe fügen dann niemanden mehr hinzu, den Sie nicht selbst importiert haben, und Kontaktgruppen bleiben, wie sie sind. Wer importiert ist, wird weiter abgeglichen.
import-to-automatic-text = Der nächste Lauf fügt dann alle hinzu, die im Personenkreis sind, und legt für abonnierte Gruppen Kontaktgruppen an. Der Plan zeigt vorher, wen.
import-mode-keeps = Am Personenkreis ändert das nichts, und niemand wird entfernt.
import-mode-done = Umgestellt. Der Personenkreis ist, wie er war, und niemand wurde entfernt.
import-inactive = Die Synchronisation ist nach den Regeln ausgeschaltet. Solange ändert kein Lauf und kein Import etwas.
import-loaded = Gelesen. Die Liste ist auf dem Stand von jetzt.
import-none = Es ist niemand ausgewählt. Bitte kreuzen Sie an, wen Sie importieren möchten.
import-unread = Noch nichts gelesen. „Benutzer laden“ liest Benutzer und Gruppen; am Kontaktbuch ändert das nichts.
load-users = Benutzer laden
load-groups = Gruppen laden
load-again = Neu laden
live-load-h = Benutzer und Gruppen werden gelesen
live-import-h = Benutzer werden importiert
run-import = Import von Hand
import-find = Benutzer suchen
import-find-hint = Name, E-Mail, Abteilung
import-find-group = Gruppe suchen
import-group-hint = Nur aus der Gruppe …
import-group-none = Keine Gruppe heißt „{ $x }“. Bitte einen Teil des Namens eingeben oder das Feld leeren.
import-group-gone = Diese Gruppe gibt es nicht mehr. Bitte eine andere suchen.
import-which-group = Welche Gruppe?
show-word = Zeigen
import-show-all = Alle Benutzer
import-show-new = Nur neue
import-show-link = Nur mit gleicher E-Mail
import-show-book = Nur wer im Buch ist
import-show-odd = Nur Gäste, Räume usw.
import-show-ticked = Nur ausgewählte
import-people = Benutzer in Microsoft 365
import-place = Standort
import-in-book = Im Kontaktbuch
import-one = { $x } übernehmen
import-mark-book = schon im Buch
import-mark-link = wird verknüpft
import-mark-apart = bleibt unverknüpft
import-mark-new = neu
import-mark-excluded = ausgenommen
import-mark-kept-out = ausgeschlossen
import-same-email = gleiche E-Mail
import-that-contact = Kontakt mit der E-Mail
import-odd-guest = Gast
import-odd-shared = vermutlich Raum oder Postfach
import-odd-disabled = Konto deaktiviert
import-odd-unlicensed = ohne Lizenz
import-odd-without-email = ohne E-Mail
import-odd-shares = teilt sich die E-Mail
import-will-share = { $n ->
    [one] Einer kommt nicht hinein: Jemand im Kontaktbuch oder in der Auswahl hat dieselbe E-Mail-Adresse.
   *[other] { $n } kommen nicht hinein: Sie teilen sich ihre E-Mail-Adresse untereinander oder mit jemandem im Kontaktbuch.
  }
import-unknown = Unbekannt
import-nobody = In diesem Mandanten gibt es keine Benutzer.
import-none-found = Niemand passt dazu.
import-left-out = { $n ->
    [one] Ein Gast, Raum oder deaktiviertes Konto ist nicht vorausgewählt
   *[other] { $n } Gäste, Räume und deaktivierte Konten sind nicht vorausgewählt
  }
import-n = { $n ->
    [one] 1 Benutzer importieren
   *[other] { $n } Benutzer importieren
  }
import-many = { "{n}" } Benutzer importieren
import-chosen = Ausgewählte importieren
ticked-n = { $n ->
    [one] Einer ausgewählt
   *[other] { $n } ausgewählt
  }
tick-all-n = Alle { $n } auswählen
tick-found-n = Diese { $n } auswählen
tick-none = Auswahl aufheben
tick-found-none = Diese nicht auswählen
tick-first = Vorauswahl
import-foot = Vor dem Import sehen Sie, was aus wem wird. Niemand sonst wird dadurch hinzugefügt.
import-book-n = { $n ->
    [0] Das Kontaktbuch ist noch leer.
    [one] Zum Kontaktbuch mit einem Kontakt
   *[other] Zum Kontaktbuch mit { $n } Kontakten
  }
import-book-h = Schon im Kontaktbuch
import-q = { $n ->
    [one] 1 Benutzer importieren?
   *[other] { $n } Benutzer importieren?
  }
import-will-new = { $n ->
    [one] Ein Kontakt wird angelegt.
   *[other] { $n } Kontakte werden angelegt.
  }
import-will-link = { $n ->
    [one] Einer wird mit dem Kontakt verknüpft, der seine E-Mail-Adresse hat.
   *[other] { $n } werden mit den Kontakten verknüpft, die ihre E-Mail-Adressen haben.
  }
import-will-not = { $n ->
    [one] Einer bleibt, wie er ist: Ein Kontakt hat seine E-Mail-Adresse, und die Regeln verknüpfen ihn nicht von selbst.
   *[other] { $n } bleiben, wie sie sind: Kontakte haben ihre E-Mail-Adressen, und die Regeln verknüpfen sie nicht von selbst.
  }
import-will-odd = { $n ->
    [one] Einer davon ist nach den Regeln keine Person (Gast, Raum, deaktiviertes Konto). Sie haben ihn gewählt, also kommt er mit.
   *[other] { $n } davon sind nach den Regeln keine Personen (Gäste, Räume, deaktivierte Konten). Sie haben sie gewählt, also kommen sie mit.
  }
import-only-these = Niemand sonst wird hinzugefügt. Wer importiert ist, wird von da an abgeglichen. Den Import können Sie 30 Tage lang rückgängig machen.
import-other = Die Auswahl oder das Kontaktbuch hat sich inzwischen geändert. Bitte sehen Sie noch einmal hin.
import-busy = Gerade läuft etwas anderes für diesen Kunden. Ihre Auswahl bleibt; bitte warten Sie sein Ende ab.
import-ok = { $n } Benutzer importiert, { $linked } mit vorhandenen Kontakten verknüpft.
import-findings = { $n ->
    [one] Zu einer Person gibt es einen Hinweis beim Lauf.
   *[other] Zu { $n } Personen gibt es Hinweise beim Lauf.
  }
import-see-run = Lauf ansehen
import-see-book = Kontaktbuch ansehen
subscribe-title = Gruppen aus Microsoft 365 abonnieren
subscribe-text = Abonnierte Gruppen werden Kontaktgruppen, und ihre Mitglieder kommen von selbst ins Kontaktbuch.
subscribe-counts = { $n ->
    [one] Eine Gruppe, { $subscribed } davon abonniert.
   *[other] { $n } Gruppen, { $subscribed } davon abonniert.
  }
subscribe-unread = Noch nichts gelesen. „Gruppen laden“ liest Benutzer und Gruppen; am Kontaktbuch ändert das nichts.
subscribe-groups = Gruppen in Microsoft 365
subscribe-show-all = Abonnierte und andere
subscribe-show-subscribed = Nur abonnierte
subscribe-show-free = Nur nicht abonnierte
subscribe-show-ticked = Nur ausgewählte Gruppen
subscribe-kind = Art
subscribe-members = Mitglieder
subscribe-hidden = verborgen
subscribe-hidden-hint = Verborgen: Die Gruppe zeigt Apps ihre Mitglieder nicht.
subscribe-dynamic = dynamisch
group-kind-security = Sicherheitsgruppe
group-kind-mail-security = Sicherheitsgruppe mit E-Mail
group-kind-distribution = Verteiler
group-kind-microsoft365 = Microsoft-365-Gruppe
group-kind-team = Team in Teams
subscribe-master = { $n ->
    [one] Die eine Gruppe, die es jetzt gibt
   *[other] Alle { $n } Gruppen, die es jetzt gibt
  }
subscribe-master-hint = Spätere Gruppen werden angeboten, nicht abonniert.
subscribe-one = { $x } abonnieren
subscribe-is = abonniert
subscribe-will = wird Kontaktgruppe
subscribe-will-end = Abonnement endet
subscribe-ended = Abonnement beendet
subscribe-none-found = Keine Gruppe passt dazu.
subscribe-no-groups = In diesem Mandanten gibt es keine Gruppen.
subscribe-save = Auswahl speichern …
subscribe-unsaved = { $n ->
    [one] Eine Änderung ist noch nicht gespeichert
   *[other] { $n } Änderungen sind noch nicht gespeichert
  }
subscribe-as-is = Wie gespeichert
subscribe-new-n = { $n ->
    [one] Eine Gruppe abonnieren
   *[other] { $n } Gruppen abonnieren
  }
subscribe-end-n = { $n ->
    [one] ein Abonnement beenden
   *[other] { $n } Abonnements beenden
  }
subscribe-new-text = Abonnierte Gruppen werden Kontaktgruppen. Ihre Mitglieder gehören ins Kontaktbuch, auch wer später dazukommt.
subscribe-manual-text = Im Modus „von Hand“ fügen Läufe niemanden hinzu: Abonnements wirken erst, wenn Sie auf „automatisch“ umstellen.
subscribe-end-text = Endet ein Abonnement, bleiben die Kontaktgruppe und ihre Kontakte. Sie folgen der Gruppe nur nicht mehr.
subscribe-plan-text = Am Kontaktbuch ändert sich erst mit dem nächsten Lauf etwas. Den Plan dazu können Sie danach ansehen.
subscribe-line-new = { $x }: abonnieren
subscribe-line-end = { $x }: Abonnement beenden
subscribe-other = Auswahl oder Gruppen haben sich inzwischen geändert. Bitte sehen Sie noch einmal hin.
subscribe-nothing = Die Auswahl ist, wie sie gespeichert war.
subscribe-done-new = { $n ->
    [one] Eine Gruppe abonniert.
   *[other] { $n } Gruppen abonniert.
  }
subscribe-done-ended = { $n ->
    [one] Ein Abonnement beendet; Kontaktgruppe und Kontakte bleiben.
   *[other] { $n } Abonnements beendet; Kontaktgruppen und Kontakte bleiben.
  }

# Rules
discard = Verwerfen
policy-text = Wer ins Kontaktbuch gehört, was abgeglichen wird und was beim Ausscheiden geschieht. Jede Änderung zeigt ihre Wirkung, bevor sie gilt.
policy-all-h = Regelvorlagen
policy-all-text = Was alle Kunden übernehmen, solange sie nichts Eigenes festlegen. Vor dem Speichern sehen Sie, für wen eine Änderung gilt.
policy-all-rules = Alle Regeln ansehen
policy-preset-h = Vorlage
policy-for-new = Vorlage für neue Kunden
policy-new-only = nur neue Kunden
policy-as-operator = Wie Betreiber
policy-as-operator-text = Vorlage und Regeln des Betreibers gelten wieder; Eigenes fällt weg.
policy-as-operator-now = Es gilt, was der Betreiber festgelegt hat.
policy-preset-own = { $x }, für diesen Kunden gewählt
policy-preset-inherited = { $x }, vom Betreiber
policy-sheet-run = Abgleich
policy-sheet-who = Wer gehört dazu?
policy-sheet-link = Verknüpfen
policy-sheet-leaving = Ausscheiden
policy-sheet-guard = Löschschutz
policy-sheet-fields = Felder
policy-origin-own = Für diesen Kunden gesetzt
policy-origin-operator = Vom Betreiber übernommen
policy-origin-preset = Aus der Vorlage { $x }
policy-origin-all = Für alle Kunden gesetzt
policy-origin-none = Entscheidet die Vorlage
policy-back = Wieder wie Betreiber
policy-leave-to-preset = Wieder der Vorlage überlassen
policy-unsaved = geändert
policy-by-preset = Je nach Vorlage
policy-as-preset = Wie Vorlage: { $x }
policy-after = nach
policy-days = Tagen
policy-schedule-days = Zu festen Uhrzeiten
policy-schedule-every = In festen Abständen
policy-schedule-off = Nur von Hand
policy-schedule-from = Von
policy-schedule-to = bis
policy-schedule-times = Uhrzeiten
policy-schedule-minutes = Alle wie viele Minuten
policy-scope-everybody = Alle
policy-scope-some = Nur Gruppen und ausgewählte Personen
policy-scope-idle = Wählen lässt sich das, sobald der Kunde verbunden ist.
policy-scope-groups = { $n ->
    [one] eine Gruppe abonniert
   *[other] { $n } Gruppen abonniert
  }
policy-scope-chosen = { $n ->
    [one] eine Person ausgewählt
   *[other] { $n } Personen ausgewählt
  }
policy-scope-excluded = { $n ->
    [one] eine ausgenommen
   *[other] { $n } ausgenommen
  }
policy-now-h = Was jetzt gilt
policy-aside = Was Sie ändern, wird erst ausgerechnet und gezeigt. Gespeichert ändert es noch keinen Kontakt: Das tut der nächste Lauf.
policy-next-run = Nächster Lauf
policy-no-run = keiner von selbst
policy-own-presets = Kunden mit eigener Vorlage
policy-changed-n = { $n ->
    [one] Eine Regel geändert, noch nicht gespeichert
   *[other] { $n } Regeln geändert, noch nicht gespeichert
  }
policy-look = Wirkung ansehen …
policy-foot = Gespeichert wird erst, wenn Sie die Wirkung gesehen haben.
policy-saved = Gespeichert. Am Kontaktbuch hat sich noch nichts geändert: Das tut der nächste Lauf.
policy-saved-all = Gespeichert. Kontaktbücher ändern sich erst mit den nächsten Läufen.
policy-agreement-void = Der erste Plan wird damit ein anderer. Die Zustimmung zum alten gilt nicht mehr; der neue wartet auf Sie.
policy-same = Es ist nichts anders als zuvor, also gibt es nichts zu speichern.
policy-effect-h = Wirkung Ihrer Änderung
policy-effect-sub = Gespeichert ist noch nichts.
policy-effect-at = Ausgerechnet { $x } aus dem zuletzt gelesenen Stand. Gespeichert ist noch nichts.
policy-again = Neu ausrechnen
policy-rows-h = { $n ->
    [one] Eine Regel ändert sich
   *[other] { $n } Regeln ändern sich
  }
policy-rule = Regel
policy-reach-h = Gilt für
policy-seen = Wie Sie es sahen
policy-is-now = Jetzt
policy-yours = Ihre Änderung
policy-meanwhile-h = Jemand hat die Regeln inzwischen geändert
policy-meanwhile = Gespeichert ist davon nichts. Ihre Änderung steht noch da, und die Wirkung gilt ab dem jetzigen Stand; bitte vergleichen.
policy-trying-h = Die Wirkung wird ausgerechnet
policy-busy-h = Gerade läuft etwas anderes
policy-busy = Für diesen Kunden ist etwas im Gange. Die Wirkung wird danach ausgerechnet; Ihre Änderung bleibt hier stehen.
policy-failed-h = Die Wirkung ließ sich nicht ausrechnen
policy-unread-h = Noch nichts gelesen
policy-unread = Aus Microsoft 365 ist noch nichts vollständig gelesen, darum lässt sich keine Wirkung ausrechnen. Der erste Plan zeigt sie.
policy-would-nothing = Am Kontaktbuch würde sich dadurch nichts ändern
policy-would-remove = { $n ->
    [one] Würde einen Kontakt entfernen
   *[other] Würde { $n } Kontakte entfernen
  }
policy-would-change = { $n ->
    [one] Würde eine Änderung auslösen
   *[other] Würde { $n } Änderungen auslösen
  }
policy-would-spare = { $n ->
    [one] Eine anstehende Änderung fiele weg
   *[other] { $n } anstehende Änderungen fielen weg
  }
policy-would-groups = { $n ->
    [one] Würde etwas an Kontaktgruppen ändern
   *[other] Würde { $n } Änderungen an Kontaktgruppen auslösen
  }
policy-removed = { $n ->
    [one] würde entfernt
   *[other] würden entfernt
  }
policy-held = { $n ->
    [one] davon eine zurückgehalten
   *[other] davon { $n } zurückgehalten
  }
policy-left = { $n ->
    [one] würde als ausgeschieden gekennzeichnet
   *[other] würden als ausgeschieden gekennzeichnet
  }
policy-unlinked = { $n ->
    [one] Verknüpfung würde gelöst
   *[other] Verknüpfungen würden gelöst
  }
policy-new = { $n ->
    [one] käme neu dazu
   *[other] kämen neu dazu
  }
policy-linked = { $n ->
    [one] würde verknüpft
   *[other] würden verknüpft
  }
policy-changed = { $n ->
    [one] würde geändert
   *[other] würden geändert
  }
policy-later = { $n ->
    [one] wäre erst später fällig
   *[other] wären erst später fällig
  }
policy-spared = { $n ->
    [one] stünde nicht mehr an
   *[other] stünden nicht mehr an
  }
policy-groups = { $n ->
    [one] Eine Kontaktgruppe würde angelegt, umbenannt oder gelöst.
   *[other] { $n } Kontaktgruppen würden angelegt, umbenannt oder gelöst.
  }
policy-joins = { $n ->
    [one] Eine Mitgliedschaft in Kontaktgruppen käme dazu.
   *[other] { $n } Mitgliedschaften in Kontaktgruppen kämen dazu.
  }
policy-leaves = { $n ->
    [one] Eine Mitgliedschaft in Kontaktgruppen endete.
   *[other] { $n } Mitgliedschaften in Kontaktgruppen endeten.
  }
policy-leaves-held = { $n ->
    [one] Eine davon würde zurückgehalten, weil ihre Gruppe alle verlöre.
   *[other] { $n } davon würden zurückgehalten, weil ihre Gruppe alle verlöre.
  }
policy-anyway = { $n ->
    [one] Eine Änderung steht ohnehin an.
   *[other] { $n } Änderungen stehen ohnehin an.
  }
policy-addresses = Wer sich nach der neuen Regel eine Adresse teilt, zeigt erst der nächste Plan.
policy-inactive = Solange die Synchronisation aus ist, ändert kein Lauf etwas.
policy-nothing-yet = Auch nach dem Speichern ändert sich noch kein Kontakt. Das tut der nächste Lauf, von selbst oder über „Jetzt abgleichen“.
policy-then-runs = Dann gilt: { $words } ({ $zone }). Der nächste Lauf wäre am { $next }.
policy-then-off = Dann beginnt kein Lauf mehr von selbst.
policy-names = Betroffen sind unter anderem { $x }.
policy-pages = Seiten
policy-save = Regeln speichern
policy-go-on = Weiter bearbeiten
policy-save-foot = Speichern ändert die Regeln, noch keinen Kontakt.
policy-heirs-h = { $n ->
    [one] Gilt für einen Kunden
   *[other] Gilt für { $n } Kunden
  }
policy-heirs-of = { $n ->
    [one] Von einem Kunden insgesamt. Wer eine eigene Vorlage oder eigene Regeln hat, behält sie.
   *[other] Von { $n } Kunden insgesamt. Wer eine eigene Vorlage oder eigene Regeln hat, behält sie.
  }
policy-heirs-next = Nach dem Speichern werden alle diese Kunden mit ihrem nächsten Lauf neu verglichen. Löschschutz und zurückgehaltene Änderungen gelten dabei wie immer.
policy-heirs = Kunden, die es übernehmen
policy-heirs-keys = Übernimmt
policy-tried-of = { $n } von { $of } Kunden sind ausgerechnet. Die Seite lädt sich neu.
policy-save-unseen = Speichern, ohne zu warten
policy-heir-waits = wird ausgerechnet
policy-heir-unread = noch nicht gelesen
policy-heir-failed = nicht auszurechnen
policy-heir-nothing = nichts
policy-heirs-unread = { $n ->
    [one] Bei einem Kunden ist noch niemand gelesen; was es bei ihm täte, zeigt dessen erster Plan.
   *[other] Bei { $n } Kunden ist noch niemand gelesen; was es bei ihnen täte, zeigt deren erster Plan.
  }
policy-reach = { $n ->
    [one] einen Kunden
   *[other] { $n } Kunden
  }

# CSV import
csv-h = CSV-Import
csv-text = Aus einer Tabelle werden Kontakte: alle auf einmal oder keiner. Vorher sehen Sie, was aus jeder Zeile wird.
csv-button = CSV einlesen
csv-steps = Schritte des Imports
csv-step-file = Datei
csv-step-columns = Spalten
csv-step-preview = Vorschau
csv-file = Datei
csv-file-hint = Die erste Zeile nennt die Spalten, jede weitere ist ein Kontakt.
csv-limits = Höchstens { $x } MB und { $n } Zeilen.
csv-not-read-h = Diese Datei wurde nicht eingelesen
csv-no-file = Bitte eine CSV-Datei auswählen.
csv-too-large = Die Datei ist größer als { $x } MB. Bitte aufteilen.
csv-gone = Die Datei liegt nicht mehr bereit: Sie wartet höchstens eine Stunde. Am Kontaktbuch hat sich nichts geändert. Bitte wählen Sie sie noch einmal aus.
csv-go-columns = Weiter zu den Spalten
csv-how-h = So passt die Datei
csv-how-excel = Excel: Datei, Speichern unter, „CSV“ oder „CSV UTF-8“. Semikolon, Komma und Tabulator werden erkannt, ebenso Umlaute aus Windows. Auch ein Export aus Outlook oder aus diesem Kontaktbuch passt.
csv-how-safe = Die Datei bleibt auf diesem Server, bis der Import fertig ist, höchstens eine Stunde. An Microsoft geht nichts.
csv-template = Vorlage herunterladen
csv-template-file = vorlage-kontakte
csv-lately-h = Importe der letzten 30 Tage
csv-when = Wann
csv-by = Durch
csv-what = Ergebnis
csv-counts = { $new } neu, { $changed } geändert
csv-undone-word = zurückgenommen
csv-columns-h = Was bedeuten die Spalten?
csv-rows-n = { $n ->
    [one] 1 Zeile
   *[other] { $n } Zeilen
  }
csv-read-as = Gelesen als { $encoding }, getrennt durch { $separator }.
csv-look-h = Bitte ansehen
csv-other-h = Umlaute oder Spalten stimmen nicht? Anders lesen …
csv-encoding = Kodierung
csv-separator = Trennzeichen
csv-read-so = So lesen
csv-column = Spalte
csv-samples = Beispiele
csv-means = Bedeutung
csv-means-of = Bedeutung von { $x }
csv-leave-out = nicht einlesen
csv-groups = Kontaktgruppen
csv-existing = Wenn der Kontakt schon im Kontaktbuch steht
csv-skip = Zeile auslassen
csv-skip-hint = Der Kontakt bleibt, wie er ist. Erkannt wird er an der E-Mail-Adresse, in einem Export aus diesem Kontaktbuch an der Kennung.
csv-update = Kontakt ändern
csv-update-hint = Er bekommt, was in der Zeile steht. Leere Zellen ändern nichts; was aus Microsoft 365 kommt oder Festwert ist, bleibt.
csv-beside = Trotzdem neu anlegen
csv-beside-hint = Jede Zeile wird ein eigener Kontakt, auch mit einer Adresse, die schon jemand hat.
csv-group = Alle in diese Kontaktgruppe (freiwillig)
csv-group-hint = Eine vorhandene Gruppe oder ein neuer Name. Wer ausgelassen wird, kommt nicht hinein.
csv-other-file = Andere Datei
csv-go-preview = Weiter zur Vorschau
csv-preview-h = Vorschau des Imports
csv-preview-n = { $n ->
    [one] 1 Kontakt würde eingelesen
   *[other] { $n } Kontakte würden eingelesen
  }
csv-nothing-h = Aus dieser Datei gibt es nichts einzulesen
csv-preview-text = Noch ist nichts geändert.
csv-new = Neu
csv-changed = Geändert
csv-same = Unverändert
csv-there = Schon da
csv-wrong = Mit Fehlern
csv-wrong-n = { $n ->
    [one] 1 Zeile hat Fehler
   *[other] { $n } Zeilen haben Fehler
  }
csv-wrong-text = Zeilen mit Fehlern werden ganz ausgelassen. Berichtigen Sie sie in der Tabelle, oder laden Sie nur diese Zeilen herunter und lesen Sie sie später ein.
csv-wrong-show = Fehler ansehen
csv-wrong-file = Zeilen mit Fehlern herunterladen
csv-errors-file = zeilen-mit-fehlern
csv-kept-n = { $n ->
    [one] 1 Feld bleibt, wie es ist: Es kommt aus Microsoft 365 oder ist Festwert. Bei seiner Zeile steht, welches.
   *[other] { $n } Felder bleiben, wie sie sind: Sie kommen aus Microsoft 365 oder sind Festwerte. Bei ihren Zeilen steht, welche.
  }
csv-row = Zeile
csv-becomes = Wird
csv-details = Einzelheiten
csv-pages = Seiten der Vorschau
csv-leave-out-n = { $n ->
    [one] Die Zeile mit Fehlern auslassen
   *[other] Die { $n } Zeilen mit Fehlern auslassen
  }
csv-leave-out-first = Es gibt Zeilen mit Fehlern. Bitte bestätigen, dass sie ausgelassen werden, oder die Datei berichtigen.
csv-back-columns = Zurück zu den Spalten
csv-apply-n = { $n ->
    [one] 1 Kontakt einlesen
   *[other] { $n } Kontakte einlesen
  }
csv-discard = Verwerfen
csv-changed-h = Es wurde nichts eingelesen
csv-changed-text = Das Kontaktbuch hat sich geändert, seit die Vorschau gezeigt wurde. So sieht sie jetzt aus; bitte vergleichen.
csv-import-h = Import von { $x }
csv-done = Fertig: { $new } neu, { $changed } geändert.
csv-to-book = Eingelesene Kontakte ansehen
csv-undo-text = 30 Tage lang lässt sich der ganze Import zurücknehmen. Was seither geändert wurde, bleibt.
csv-undo-button = Import zurücknehmen …
csv-undo-q = Import von { $x } zurücknehmen?
csv-undo-removes = { $n ->
    [0] Kein Kontakt geht in den Papierkorb.
    [one] 1 Kontakt geht in den Papierkorb und lässt sich 30 Tage lang zurückholen.
   *[other] { $n } Kontakte gehen in den Papierkorb und lassen sich 30 Tage lang zurückholen.
  }
csv-undo-restores = { $n ->
    [0] Kein Kontakt wurde nur geändert.
    [one] 1 Kontakt bekommt seine Werte von vorher zurück.
   *[other] { $n } Kontakte bekommen ihre Werte von vorher zurück.
  }
csv-undo-parts = { $n ->
    [0] Keine Mitgliedschaft in einer Kontaktgruppe endet.
    [one] 1 Mitgliedschaft in einer Kontaktgruppe endet.
   *[other] { $n } Mitgliedschaften in Kontaktgruppen enden.
  }
csv-undo-changed = Es wurde nichts zurückgenommen: Seit der Frage hat sich das Kontaktbuch geändert. Das würde jetzt geschehen.
csv-undo-keeps = { $n ->
    [one] 1 Kontakt bleibt ganz oder teilweise, wie er ist:
   *[other] { $n } Kontakte bleiben ganz oder teilweise, wie sie sind:
  }
csv-undo-sure = Import zurücknehmen
csv-undone = Zurückgenommen. Neue Kontakte liegen im Papierkorb, geänderte sagen wieder, was sie vorher sagten.
csv-undone-at = Zurückgenommen am { $x }

# Why somebody is in the book, and one line of a history taken back
why-h = Warum im Buch?
why-not-button = Warum nicht im Buch?
why-lead = Schritt für Schritt, aus dem zuletzt gelesenen Stand.
why-who = E-Mail-Adresse, Anmeldename oder Kennung
why-button = Erklären
why-in = { $x } ist im Kontaktbuch
why-out = { $x } ist nicht im Kontaktbuch
why-known = Microsoft 365
why-account = Konto
why-scope = Personenkreis
why-link = Verknüpfung
why-contact = Kontakt
why-pin = Angeheftet
why-rejection = Abgelehnt oder rückgängig gemacht
why-hold = Zurückgehalten
why-next = Nächster Lauf
why-to-contact = Zum Kontakt
why-to-bin = Zum Papierkorb
why-not-connected = Dieser Kunde ist nicht verbunden: Ins Kontaktbuch kommt, wen jemand von Hand oder aus einer CSV-Datei einträgt.
why-by-hand = { $x } ist im Kontaktbuch und mit niemandem in Microsoft 365 verknüpft. Kein Lauf ändert diesen Kontakt.
why-in-bin = { $x } liegt im Papierkorb und ist mit niemandem in Microsoft 365 verknüpft.
why-nobody = Niemand in Microsoft 365 hat „{ $x }“, soweit zuletzt gelesen wurde.
why-ask = Microsoft 365 nach { $x } fragen
put-back-short = Zurück …
put-back-button = { $x } zurück auf den Wert von vorher
put-back-q = { $field } von { $name } zurück auf den Wert von vorher?
put-back-now = Jetzt: { $x }
put-back-then = Danach: { $x }
put-back-sure = Wert zurückholen
done-put-back = Der Wert von vorher gilt wieder.

# The operator's app, consent, Microsoft accounts
app-h = Microsoft-App
app-stands-h = Ihre Microsoft-App ist eingetragen
app-none-h = Noch keine Microsoft-App
app-text = Eine App-Registrierung von Ihnen für alle Kunden: Deren Administratoren stimmen ihr einmal zu, niemand muss beim Kunden eine App anlegen. Dieselbe App dient zum Anmelden mit Microsoft.
app-tenant-hint = Ihres eigenen Mandanten, in dem die App angelegt ist; eine Domain geht auch.
app-client-unknown = In Ihrem Mandanten gibt es diese App nicht. Bitte die Anwendungs-ID prüfen.
app-save = Prüfen und speichern
app-saved-h = Gespeichert
app-saved = Microsoft nimmt die App an. Beim Verbinden eines Kunden steht sie jetzt zur Wahl.
app-removed = Die App ist ausgetragen, ihr Schlüssel gelöscht.
app-remove-ask = App austragen …
app-remove-h = App austragen
app-remove-q = Die Microsoft-App austragen?
app-remove-text = Ihr Schlüssel wird hier gelöscht. Anmelden mit Microsoft geht dann nicht mehr. Solange Kunden über diese App verbunden sind, bleibt sie.
app-how-h = So legen Sie die App an
app-how-new = „App-Registrierungen“ (App registrations), „Neue Registrierung“ (New registration)
app-how-kind = „Konten in einem beliebigen Organisationsverzeichnis“
app-how-kind-text = englisch „Accounts in any organizational directory“; damit dürfen andere Mandanten zustimmen
app-how-redirect = Plattform „Web“, diese beiden Umleitungs-URIs
app-how-redirect-text = unter „Authentifizierung“ (Authentication), „Umleitungs-URIs“ (Redirect URIs), Buchstabe für Buchstabe
connection-by-app = { $x }, App des Betreibers
connect-own-app = Stattdessen mit einer App des Kunden verbinden
connect-own-app-text = Wenn der Kunde eine eigene App-Registrierung anlegt, geht es auch ohne Ihre.
consent-h = Mit Ihrer Microsoft-App
consent-text = Ein Administrator des Kunden stimmt bei Microsoft einmal zu. Ein Kennwort oder einen Schlüssel bekommt Whoswho dabei nicht.
consent-tenant = Domain oder Verzeichnis-ID des Kunden
consent-tenant-hint = Zum Beispiel muster.de. Nur die Zustimmung dieses Mandanten gilt.
consent-tenant-wrong = Das ist weder eine Domain noch eine Verzeichnis-ID. Beispiel: muster.de
consent-account = Nötig ist ein Konto, das für die Organisation zustimmen darf: „Globaler Administrator“ (Global Administrator) oder „Administrator für privilegierte Rollen“ (Privileged Role Administrator).
consent-button = Bei Microsoft zustimmen
consent-renew = Neu zustimmen
consent-link-make = Link senden …
consent-asked-h = Erbetene Zustimmungen
consent-sent = Link erstellt, noch nicht geöffnet
consent-opened = Link geöffnet
consent-given = Zugestimmt
consent-refused = Nicht zugestimmt
consent-taken-back = Zurückgezogen
consent-over = Abgelaufen
consent-when = { $who }, { $made }; gilt bis { $until }
consent-take-back = Link zurückziehen
consent-link-h = Link für den Administrator des Kunden
consent-link-text = Er gilt bis { $x } und für eine Zustimmung. Ein Konto hier braucht niemand.
consent-link-word = Link
consent-link-once = Sie sehen ihn nur jetzt. Ein neuer Link macht diesen wertlos.
consent-link-done = Fertig
consent-letter-copy = Text kopieren
consent-letter-mail = Als E-Mail öffnen
consent-letter-subject = { $customer }: Zustimmung für den Abgleich der Kontakte
consent-letter =
    Guten Tag,

    wir richten für { $customer } den Abgleich des Kontaktbuchs mit Microsoft 365 ein. Dafür brauchen wir einmal die Zustimmung eines Administrators Ihrer Organisation („Globaler Administrator“ oder „Administrator für privilegierte Rollen“, englisch “Global Administrator” oder “Privileged Role Administrator”):

    { $link }

    Gelesen werden Namen, E-Mail-Adressen, Rufnummern, Stellen, Abteilungen, Standorte, Lizenzen und Gruppen. Keine Mails, keine Dateien, keine Kalender; geändert wird nichts. Der Link gilt bis { $until } und für eine Zustimmung; ein Konto bei uns brauchen Sie nicht. Widerrufen können Sie jederzeit im Microsoft Entra Admin Center unter „Unternehmensanwendungen“ (Enterprise applications).

    Freundliche Grüße
    { $who }
consent-page-h = Zustimmung erbitten
consent-page-q = { $x } mit dem Kontaktbuch verbinden
consent-page-text = { $who } bittet um die Zustimmung eines Administrators von { $tenant }. Danach hält Whoswho das Kontaktbuch mit Microsoft 365 auf dem Stand. In Microsoft 365 wird nichts geändert.
consent-who-h = Welches Konto nötig ist
consent-go = Weiter zu Microsoft
consent-revoke = Widerrufen können Sie jederzeit im Microsoft Entra Admin Center unter „Unternehmensanwendungen“ (Enterprise applications).
consent-done-h = Danke, das hat geklappt
consent-done = Die Zustimmung ist da. Whoswho prüft jetzt die Verbindung und liest zum ersten Mal. Sie können diese Seite schließen.
consent-refused-h = Es wurde nicht zugestimmt
consent-denied = Die Zustimmung wurde abgelehnt. Es wurde nichts eingerichtet. Sie können es noch einmal versuchen.
consent-not-admin = Dieses Konto darf nicht für die Organisation zustimmen. Nötig ist die Rolle „Globaler Administrator“ (Global Administrator) oder „Administrator für privilegierte Rollen“ (Privileged Role Administrator). Es wurde nichts eingerichtet.
consent-wrong-account = Dieses Konto gehört nicht zu dieser Organisation. Bitte mit einem Konto der Organisation noch einmal versuchen. Es wurde nichts eingerichtet.
consent-wrong-tenant = Zugestimmt hat ein anderer Mandant als { $x }. Bitte mit einem Konto von dort noch einmal versuchen. Es wurde nichts eingerichtet.
consent-other = Microsoft hat die Zustimmung nicht angenommen. Es wurde nichts eingerichtet. Bitte noch einmal versuchen.
consent-busy-h = Gerade ist etwas anderes im Gange
consent-busy = Für diesen Kunden läuft noch etwas. Bitte laden Sie diese Seite in einer Minute neu; Ihre Zustimmung geht nicht verloren.
consent-gone-h = Dieser Link gilt nicht mehr
consent-gone = Er wurde benutzt, zurückgezogen, ist abgelaufen oder wurde in einem anderen Browser begonnen. Bitten Sie um einen neuen.
consent-to-connection = Zur Verbindung
microsoft-sign-in = Mit Microsoft anmelden
microsoft-h = Microsoft-Konto
microsoft-text = Mit Ihrem Microsoft-Konto melden Sie sich hier ohne Kennwort an.
microsoft-bind = Mit Microsoft-Konto verbinden
microsoft-bound = Verbunden. Sie können sich mit Microsoft anmelden.
microsoft-end = Verbindung zum Microsoft-Konto lösen
microsoft-only = Lösen lässt sie sich erst, wenn Sie ein Kennwort festgelegt haben.
microsoft-failed-h = Die Anmeldung bei Microsoft hat nicht geklappt
microsoft-gone = Dieser Weg war schon zu Ende, oder er begann in einem anderen Browser. Bitte noch einmal beginnen.
microsoft-declined = Sie haben bei Microsoft abgebrochen. Es wurde nichts geändert.
microsoft-refused = Microsoft hat die Anmeldung nicht angenommen. Bleibt es dabei, nennen Sie Ihrem Betreiber diese Nummer.
microsoft-personal = Das ist ein privates Microsoft-Konto. Nötig ist eines Ihrer Organisation.
microsoft-not-ours = Was Microsoft zurückgab, ließ sich nicht bestätigen. Bitte noch einmal beginnen.
microsoft-unknown = Zu diesem Microsoft-Konto gibt es hier keine Person. Melden Sie sich einmal mit Kennwort oder Link an und verbinden Sie es in Ihrem Profil.
microsoft-taken = Dieses Microsoft-Konto ist schon mit einer anderen Person hier verbunden.
microsoft-other = Das war ein anderes Microsoft-Konto als Ihres. Bitte mit dem eigenen bestätigen.
proof-microsoft = Mit Microsoft bestätigen
proof-microsoft-text = Danach kommen Sie zurück und führen den Schritt noch einmal aus.
microsoft-back = Zurück

# Master data
settings-h = Stammdaten
settings-text = Wer der Kunde ist, wie er zu erreichen ist und wer benachrichtigt wird.
settings-all-text = Wer Sie sind, was Kunden von Ihnen sehen und wer bei Ihnen benachrichtigt wird.
settings-name = Firmenname
settings-name-missing = Bitte einen Namen eingeben.
settings-sheet-name = Name und Anschrift
settings-sheet-reach = Erreichbar
settings-sheet-notices = Benachrichtigungen
settings-sheet-note = Vermerk
settings-to-hint = Mehrere Adressen mit Komma trennen.
settings-sheet-numbers = Rufnummern
settings-country-hint = Zwei Buchstaben, etwa DE. Leer gilt, was beim Betreiber steht, sonst Deutschland.
settings-country-operator-hint = Zwei Buchstaben, etwa DE. Gilt für Kunden, bei denen keines steht; leer heißt Deutschland.
settings-area-hint = Zum Beispiel 40 oder 040. Nummern ohne Vorwahl gehören dann in dieses Ortsnetz.
settings-extensions-hint = Welche Nummern intern sind, etwa 10-89, 100-199.
settings-removed-hint = Eine E-Mail listet alle Kontakte auf, die ein Lauf entfernt hat.
settings-count-hint = Die E-Mail nennt dann keine Namen.
settings-held-hint = Wenn Löschungen oder der erste Plan auf eine Entscheidung warten.
settings-failed-hint = Wenn ein Lauf nicht gelingt, einmal je Ursache.
settings-silent-hint = Wenn zu lange kein Lauf gelungen ist.
settings-expiry-hint = Bevor ein Geheimnis oder Zertifikat abläuft.
settings-link-hint = Steht unter jeder Seite. Beginnt mit https://
settings-saved = Stammdaten gespeichert.
settings-meanwhile = Jemand hat das inzwischen geändert: „{ $x }“. Ihre Eingabe steht noch da; noch einmal speichern überschreibt.
settings-language-usual = Wie Betreiber
settings-german = Deutsch
settings-english = Englisch
settings-logo = Logo
settings-logo-empty = Noch kein Logo.
settings-logo-file = Bild
settings-logo-hint = PNG oder JPEG, höchstens 512 kB; was nicht zu sehen ist, etwa der Ort der Aufnahme, wird nicht gespeichert.
settings-logo-put = Logo setzen
settings-logo-saved = Logo gespeichert.
settings-logo-none = Bitte zuerst ein Bild auswählen.
settings-logo-large = Das Bild ist zu groß: höchstens 512 kB und 4000 Pixel je Seite.
settings-logo-unreadable = Das ist kein lesbares Bild. Möglich sind PNG und JPEG.
settings-logo-remove = Logo entfernen
settings-logo-gone = Logo entfernt.
settings-zone-h = Zeitzone
settings-zone = In ihr gelten Zeitplan und Uhrzeiten. Geändert wird sie unter
settings-helpers = Ihr Betreuer
foot-run-by = betrieben von { $x }
foot-imprint = Impressum von { $x }
foot-privacy = Datenschutz bei { $x }
consent-not-yours = Diesen Mandanten können Sie hier nicht verbinden. Bitten Sie jemanden, der alle Kunden betreut.
consent-not-taken = Die Zustimmung kam zurück, aber Microsoft lässt die App noch nicht hinein. Bitte in einigen Minuten noch einmal versuchen; hilft das nicht, unter „Microsoft-App“ prüfen, ob ihr Schlüssel noch gilt.
microsoft-time = Die Uhr dieses Servers und die von Microsoft gehen auseinander. Ihr Betreiber muss sie stellen; danach bitte noch einmal versuchen.
microsoft-away = Microsoft ließ sich gerade nicht fragen. Bitte in einigen Minuten noch einmal versuchen.

# Many customers at once, and one of them at a glance
fleet-find = Kunde oder Domäne
fleet-view-all = Jeder Zustand
fleet-view-held = Wartet auf Sie
fleet-view-silent = Ohne guten Lauf
fleet-view-access = Zugang endet bald
fleet-view-missing = Recht fehlt
fleet-view-findings = Mit Hinweisen
fleet-view-paused = In Zwangspause
fleet-view-good = In Ordnung
fleet-view-off = Nicht verbunden oder abgeschaltet
fleet-tile-access = { $n ->
    [one] Zugang endet in 30 Tagen oder ist zu Ende
   *[other] Zugänge enden in 30 Tagen oder sind zu Ende
  }
fleet-tile-missing = mit fehlender Berechtigung
fleet-strip = 14 Tage
fleet-no-changes = keine
fleet-held-of = { $n ->
    [one] Eine zurückgehaltene Änderung bei { $x }
   *[other] { $n } zurückgehaltene Änderungen bei { $x }
  }
fleet-findings-of = { $n ->
    [one] Ein Hinweis zu { $x }
   *[other] { $n } Hinweise zu { $x }
  }
findings-short = Hinweise
strip-said = In 14 Tagen: { $x }
strip-nothing = In 14 Tagen keine Änderung
strip-changes = { $n ->
    [one] ein Tag mit Änderungen
   *[other] { $n } Tage mit Änderungen
  }
strip-held = { $n ->
    [one] ein Tag mit Zurückgehaltenem
   *[other] { $n } Tage mit Zurückgehaltenem
  }
strip-failed = { $n ->
    [one] ein Tag mit einem Fehlschlag
   *[other] { $n } Tage mit Fehlschlägen
  }
todo-more = { $n ->
    [one] Eine weitere anzeigen
   *[other] { $n } weitere anzeigen
  }
todo-ended = Zugang abgelaufen
todo-ended-since = seit { $x } wird nichts abgeglichen, Kontakte bleiben unverändert
todo-missing = Berechtigung fehlt: { $x }
todo-paused = { $n ->
    [one] Zwangspause bis { $until } nach einem vergeblichen Versuch
   *[other] Zwangspause bis { $until } nach { $n } vergeblichen Versuchen
  }
todo-expiring = { $n ->
    [0] Zugang läuft heute ab
    [one] Zugang läuft in einem Tag ab
   *[other] Zugang läuft in { $n } Tagen ab
  }
todo-expiring-on = am { $x }
view-connection = Verbindung öffnen
state-ended = Zugang abgelaufen
state-missing = Recht fehlt
state-expiring = Zugang läuft ab
state-asleep = Abgeschaltet
state-nobody = Noch niemand ausgewählt
access-app-ends = App des Betreibers, { $x }
access-by-app = über die App des Betreibers
granted-word = Rechte
granted-unknown = Rechte nicht bekannt
granted-ok = Rechte passend
granted-fine = wie nötig
granted-missing = { $n ->
    [one] ein Recht fehlt
   *[other] { $n } Rechte fehlen
  }
granted-many = { $n ->
    [one] ein Recht zu viel
   *[other] { $n } Rechte zu viel
  }
granted-without = { $n ->
    [one] ein freiwilliges Recht fehlt
   *[other] { $n } freiwillige Rechte fehlen
  }
renew-failed-h = Die Erneuerung ist gescheitert
renew-failed-text = Microsoft hat die neuen Angaben nicht angenommen. Die bisherige Verbindung gilt unverändert weiter.
granted-h = Berechtigungen der App
sort-word = Sortierung
sort-by = Sortiert: { $x }
sort-reversed = Sortiert: { $x }, umgekehrt
granted-since = (so seit { $x })
way-word = Weg
way-customer = eigene App des Kunden
way-operator = App des Betreibers
chart-h = Läufe der letzten 30 Tage
chart-range = { $from } bis { $to }
chart-runs = { $n ->
    [one] ein Lauf mit Ergebnis
   *[other] { $n } Läufe mit Ergebnis
  }
chart-failed = { $n ->
    [0] keiner fehlgeschlagen
    [one] einer fehlgeschlagen
   *[other] { $n } fehlgeschlagen
  }
chart-most = { $n ->
    [one] Änderungen je Tag: am meisten am { $day }, eine.
   *[other] Änderungen je Tag: am meisten am { $day }, { $n }.
  }
chart-nothing = Änderungen je Tag: keine.
chart-held = { $n ->
    [one] Heute ist eine Änderung zurückgehalten.
   *[other] Heute sind { $n } Änderungen zurückgehalten.
  }
chart-table = Die Werte stehen in der Tabelle darunter.
chart-lasted = Dauer: der längste Lauf brauchte { $x }.
chart-lasted-h = Dauer, längster Lauf des Tages in Sekunden
chart-removed = entfernt (unter der Linie)
chart-as-table = Als Tabelle
chart-day = Tag
chart-failed-word = fehlgeschlagen
chart-longest = längster Lauf
today-word = heute
overview-live = Sie können ihm zusehen.
overview-watch = Zusehen
overview-nobody-h = Noch ist niemand für das Kontaktbuch ausgewählt
overview-nobody = Die Verbindung steht. Sagen Sie, wer ins Kontaktbuch gehört: alle, bestimmte Gruppen oder einzelne Personen. Erst dann beginnt der Abgleich.
overview-nobody-button = Personenkreis wählen
plan-behind-h = Seit dem letzten Lauf hat sich etwas geändert
plan-behind = Personenkreis, Regeln oder Kontakte sind andere. „Neu lesen“ zeigt, was daraus folgt.
plan-released-h = { $n ->
    [one] Eine Änderung ist freigegeben und wartet auf den nächsten Lauf
   *[other] { $n } Änderungen sind freigegeben und warten auf den nächsten Lauf
  }
overview-asleep-h = Der Abgleich ist abgeschaltet
overview-asleep = Die Verbindung steht; das Kontaktbuch bleibt, wie es ist, bis jemand den Abgleich in den Regeln wieder einschaltet.
overview-ended = Es wird nichts abgeglichen. Kontakte bleiben, wie sie sind, bis Sie den Zugang erneuern.
overview-missing = Ohne sie wird nicht alles gelesen. Niemand wird entfernt, solange sie fehlt.
overview-silent = Es wurde kein Lauf versucht: Läuft der Dienst?
overview-paused = Läufe schlagen fehl; der Zeitplan wartet, bevor er es wieder versucht. Was dahintersteckt, steht bei den Läufen.
overview-expiring = Danach wird nichts mehr abgeglichen; Kontakte bleiben, wie sie sind.
overview-off = Verbinden Sie Microsoft 365, oder lesen Sie eine CSV-Datei ein. Von Hand geht es auch.
overview-subscribed = { $n ->
    [one] eine abonniert
   *[other] { $n } abonniert
  }
overview-binned = im Papierkorb
overview-person = Ansprechpartner
plan-find = Änderungen suchen
plan-find-hint = Person oder Gruppe
plan-field = Feld
plan-any-field = Jedes Feld
plan-none-found = Keine Änderung passt dazu.
plan-show-all = Alle Änderungen zeigen
live-patience = Microsoft bittet um Geduld. Weiter um { $x }.
live-no-answer = Microsoft hat nicht brauchbar geantwortet. Neuer Versuch um { $x }.
live-requests = { $n ->
    [one] Anfrage an Microsoft
   *[other] Anfragen an Microsoft
  }
live-waited = auf Microsoft gewartet
log-h = Was gerade geschieht
log-past-h = Was geschehen ist
log-order = neueste zuerst
log-figures = Zwischenstand
log-reads = Lesen beginnt
log-read = Gelesen: { $x }
log-plans = Vergleichen beginnt
log-planned = Verglichen: { $x }
log-applies = Anwenden beginnt
log-applied = Angewendet: { $x }
log-broken-h = Wenn etwas dazwischenkommt
log-broken = Wird der Server angehalten oder bricht die Leitung ab, geht es beim nächsten Lauf an derselben Stelle weiter. Nichts wird doppelt oder halb geschrieben.
live-reads-all = Liest alle Benutzer und Gruppen
live-reads-changes = Liest, was sich geändert hat

# Mails
mail-h = Mails
mail-text = Über welchen Weg Whoswho Benachrichtigungen und Links verschickt, und was aus jeder Mail geworden ist.
mail-way = Weg
mail-way-smtp = Mailserver (SMTP)
mail-way-smtp-text = Ihr eigener Mailserver oder der Ihres Anbieters.
mail-way-graph = Über Microsoft 365
mail-way-graph-text = Aus einem Postfach Ihres eigenen Mandanten, über die App des Betreibers.
mail-no-app = Dafür muss zuerst die App des Betreibers hinterlegt sein.
mail-sender = Absenderadresse
mail-sender-hint = Bei Microsoft 365 ist das die Adresse des Postfachs.
mail-sender-name = Absendername
mail-host = Server
mail-security = Verschlüsselung
mail-starttls = STARTTLS (meist Port 587)
mail-tls = TLS (meist Port 465)
mail-clear = keine, nur im eigenen Netz (Port 25)
mail-port = Port
mail-user = Benutzername
mail-user-hint = Leer, wenn der Server keine Anmeldung verlangt.
mail-password-stays = Leer lassen: Das hinterlegte Kennwort bleibt.
mail-root-h = Eigene Zertifizierungsstelle
mail-root = Zertifikat (PEM)
mail-root-hint = Nur nötig, wenn der Mailserver ein Zertifikat aus dem eigenen Haus hat.
mail-sender-wrong = Das ist keine E-Mail-Adresse. Eine sieht so aus: whoswho@example.com
mail-name-wrong = Der Absendername ist zu lang.
mail-host-wrong = Bitte den Namen des Mailservers eingeben, zum Beispiel mail.example.com
mail-port-wrong = Der Port ist eine Zahl von 1 bis 65535.
mail-clear-password = Ein Kennwort geht nicht unverschlüsselt. Bitte STARTTLS oder TLS wählen.
mail-root-wrong = Ein Zertifikat beginnt mit -----BEGIN CERTIFICATE-----
mail-user-missing = Zum Kennwort gehört ein Benutzername.
mail-saved-h = Gespeichert
mail-saved = Was wartet, wird jetzt versucht. Schicken Sie sich am besten eine Testmail.
mail-removed-h = Maileinstellungen entfernt
mail-removed = Neue Mails warten, bis wieder ein Weg eingetragen ist.
mail-again-h = Die Mail wird noch einmal gesendet
mail-test-h = Testmail
mail-test-to = Empfänger
mail-test-send = Testmail senden
mail-test-sent = Testmail an { $x } gesendet
mail-test-sent-text = Der Server hat sie angenommen. Kommt sie nicht an, hilft ein Blick in den Spamordner.
mail-test-failed = Die Testmail ging nicht hinaus
mail-server-said = Im Einzelnen:
mail-remove-h = Weg entfernen
mail-remove-text = Server und Kennwort werden vergessen. Mails warten dann höchstens fünf Tage.
mail-remove = Maileinstellungen entfernen
mail-graph-h = Microsoft 365 als Weg
mail-graph-text = Geben Sie der App des Betreibers das Recht, aus genau diesem Postfach zu senden: in Exchange die Rolle „Application Mail.Send“, begrenzt auf das Postfach. Mit der Berechtigung Mail.Send in Entra dürfte sie aus jedem Postfach senden.
mail-waits-n = { $n ->
    [one] 1 Mail wartet
   *[other] { $n } Mails warten
  }
mail-waits-text = Tragen Sie ein, worüber Mails hinausgehen. Nach fünf Tagen werden sie nicht mehr gesendet.
mail-list-h = Gesendet und wartend
mail-waiting-n = { $n ->
    [0] Nichts wartet
    [one] 1 wartet
   *[other] { $n } warten
  }
mail-failed-n = { $n ->
    [one] 1 fehlgeschlagen
   *[other] { $n } fehlgeschlagen
  }
mail-empty = Noch keine Mails. Wer worüber benachrichtigt wird, steht in den Stammdaten.
mail-what = Mail
mail-to = An
mail-customer = Kunde
mail-state = Stand
mail-waiting = wartet
mail-later = wieder versucht: { $x }
mail-sending = wird gesendet
mail-sent = gesendet
mail-failed = fehlgeschlagen
mail-unclear = unklar, ob gesendet
mail-again = Noch einmal senden

bin-of-plan = { $n ->
    [0] Von den Kontakten dieser Löschung liegt keiner mehr im Papierkorb.
    [one] Der Kontakt dieser Löschung ist angehakt.
    [200] 200 Kontakte dieser Löschung sind angehakt; sind sie zurückgeholt, kommen die nächsten.
   *[other] { $n } Kontakte dieser Löschung sind angehakt.
  }
forgotten-h = Kennwort vergessen
forgotten-text = Geben Sie die Adresse ein, mit der Sie sich anmelden. Sie bekommen einen Link, mit dem Sie ein neues Kennwort wählen.
forgotten-send = Link senden
forgotten-done-h = Bitte sehen Sie in Ihr Postfach
forgotten-done = Gibt es zu { $x } ein Konto, ist ein Link unterwegs. Er gilt einmal und eine Stunde lang. Kommt nichts an, hilft der Spamordner, oder wer Whoswho bei Ihnen betreut.
forgotten-none = Mails lassen sich hier nicht verschicken. Bitte wenden Sie sich an die Person, die Whoswho bei Ihnen betreut: Sie kann Ihnen einen Link geben.
staff-mail = Link mailen
staff-mailed = Ein Link ist an { $x } unterwegs. Er gilt einmal und drei Tage lang; frühere Links gelten nicht mehr.
consent-mail-h = Von hier aus mailen
consent-mail-text = Die Mail enthält einen neuen Link; der bisherige gilt dann nicht mehr.
consent-mail-to = An
consent-mail-language = Sprache der Mail
consent-mail-send = Mail senden
consent-mailed = Die Mail an { $x } ist unterwegs.
consent-mail-wrong = Bitte eine E-Mail-Adresse eingeben.

# Audit log and system
audit-sign-in = hat sich angemeldet
audit-profile-password = hat das eigene Kennwort geändert
audit-profile-sessions-end = hat eine eigene Sitzung beendet
audit-profile-microsoft = hat das eigene Konto mit Microsoft verbunden
audit-profile-microsoft-end = hat die Anmeldung mit Microsoft gelöst
audit-customers-add = hat einen Kunden angelegt
audit-staff-add = hat ein Konto angelegt
audit-staff-link = hat einen Anmeldelink gemacht
audit-staff-mail = hat einen Anmeldelink gemailt
audit-staff-edit = hat ein Konto geändert
audit-staff-remove = hat ein Konto entfernt
audit-app = hat die App des Betreibers hinterlegt
audit-app-remove = hat die App des Betreibers entfernt
audit-c-plan-hold = hat Änderungen zurückgehalten
audit-c-plan-release = hat Zurückgehaltenes freigegeben
audit-c-plan-reject = hat Änderungen abgelehnt
audit-c-run = hat einen Lauf gestartet
audit-c-live-cancel = hat einen Lauf abgebrochen
audit-c-connection = hat Zugangsdaten für Microsoft 365 eingegeben
audit-c-connection-consent = hat um Zustimmung gebeten
audit-c-connection-link = hat einen Link zur Zustimmung gemacht
audit-c-connection-link-mail = hat einen Link zur Zustimmung gemailt
audit-c-connection-link-end = hat einen Link zur Zustimmung zurückgezogen
audit-c-connection-ends = hat den letzten Tag des Zugangs eingetragen
audit-c-connection-end = hat die Verbindung beendet
audit-c-import = hat Benutzer importiert
audit-c-import-mode = hat die Art des Imports umgestellt
audit-c-import-scope = hat den Personenkreis von Hand geändert
audit-c-import-scope-everybody = hat festgelegt, ob alle zum Personenkreis gehören
audit-c-remove = hat den Kunden entfernt
audit-c-groups-link = hat eine Kontaktgruppe einer Gruppe in Microsoft 365 zugeordnet
audit-c-kept-out-keep = hat jemanden ausgeschlossen
audit-c-import-groups = hat Gruppen abonniert oder abbestellt
audit-undone-run = Lauf
audit-undone-since = Alles seit
audit-c-undo = hat etwas rückgängig gemacht
audit-c-book-add = hat einen Kontakt angelegt
audit-c-book-many = hat mehrere Kontakte geändert
audit-c-book-edit = hat einen Kontakt geändert
audit-c-book-delete = hat einen Kontakt in den Papierkorb gelegt
audit-c-book-unpin = hat einen Festwert gelöst
audit-c-book-hold = hat einen Kontakt zurückgehalten
audit-c-book-let-go = hat eine Person freigegeben
audit-c-book-link = hat einen Kontakt verknüpft
audit-c-book-unlink = hat eine Verknüpfung gelöst
audit-c-book-merge = hat zwei Kontakte zusammengeführt
audit-c-book-erase = hat eine Person überall gelöscht
audit-c-book-put-back = hat einen früheren Wert zurückgesetzt
audit-c-bin-restore = hat Kontakte aus dem Papierkorb geholt
audit-c-groups-add = hat eine Kontaktgruppe angelegt
audit-c-groups-rename = hat eine Kontaktgruppe umbenannt
audit-c-groups-delete = hat eine Kontaktgruppe gelöscht
audit-c-policy-save = hat Regeln des Kunden geändert
audit-policy-save = hat Regeln für alle geändert
audit-c-csv-apply = hat eine CSV-Datei eingelesen
audit-c-csv-undo = hat einen CSV-Import zurückgenommen
audit-settings = hat die Stammdaten des Betreibers geändert
audit-settings-logo = hat das Logo des Betreibers entfernt
audit-settings-logo-put = hat das Logo des Betreibers gesetzt
audit-mail = hat die Maileinstellungen geändert
audit-mail-remove = hat die Maileinstellungen entfernt
audit-mail-again = hat eine Mail noch einmal gesendet
audit-c-settings = hat die Stammdaten des Kunden geändert
audit-c-settings-logo = hat das Logo des Kunden entfernt
audit-c-settings-logo-put = hat das Logo des Kunden gesetzt
audit-c-kept-out-let-in = hat jemanden wieder zugelassen
audit-system-backup = hat eine Sicherung heruntergeladen
audit-h = Protokoll
audit-text = Wer wann was getan hat, auf den Seiten und über die Befehlszeile. Einträge bleiben ein Jahr.
audit-who = Wer
audit-what = Was
audit-changes = Vorher → nachher
audit-when = Wann
audit-find = Person oder Kunde
audit-find-button = Suchen
audit-empty = Kein Eintrag passt.
audit-older = Ältere Einträge
audit-command = Befehl
system-h = System
system-text = Wie es Whoswho selbst geht.
system-health = Zustand
system-version = Version
system-database = Datenbank
system-engine-sqlite = SQLite, eine Datei auf diesem Rechner
system-engine-postgres = PostgreSQL
system-customers = Kunden
system-contacts = Kontakte
system-keys-h = Schlüssel
system-keys-text = Mit ihnen sind Geheimnisse und Kennwörter in der Datenbank versiegelt. Ohne Schlüssel sind sie verloren: Bewahren Sie eine Kopie getrennt von der Sicherung auf.
system-key-newest = versiegelt Neues
system-key-older = öffnet Älteres
system-key-missing = fehlt
system-key-n = { $n ->
    [0] kein Wert
    [one] ein Wert
   *[other] { $n } Werte
  }
system-key-rotate = Ein neuer Schlüssel: whoswho key rotate
system-backup-h = Sicherung
system-backup-last = Zuletzt gesichert: { $x }
system-backup-never = Noch nie gesichert.
system-backup-text = Die ganze Datenbank als eine Datei, auch während Läufe gehen. Der Schlüssel ist nicht darin; personenbezogene Daten sind es.
system-backup-button = Jetzt sichern
system-schedule-h = Läufe und Zeitplan
system-schedule-next = Nächster Lauf
system-schedule-none = Nichts ist geplant.
system-under-way = Gerade läuft
system-nothing-under-way = Gerade läuft nichts.
system-alarms-n = { $n ->
    [0] Bei allen Kunden gelingen die Läufe.
    [one] Bei einem Kunden gelingt kein Lauf.
   *[other] Bei { $n } Kunden gelingt kein Lauf.
  }
system-mail-none = Maileinstellungen fehlen: Benachrichtigungen warten.
system-mail-ok = Maileinstellungen sind da, und keine Mail wartet.
system-mail-failed-n = { $n ->
    [one] Eine Mail ist fehlgeschlagen.
   *[other] { $n } Mails sind fehlgeschlagen.
  }
system-mail-old = Mails warten seit { $x }.
system-database-ok = Die Datenbank antwortet.
system-keys-ok = Alle Schlüssel sind da.
system-keys-missing = Ein Schlüssel fehlt: Ein Teil der Geheimnisse lässt sich nicht öffnen.
system-backup-old = Die letzte Sicherung ist älter als eine Woche.
system-backup-fresh = Eine Sicherung von höchstens einer Woche ist da.
system-schedule-still = Der Zeitplan steht still: Läufe sind überfällig. Läuft whoswho serve?
system-schedule-ok = Der Zeitplan arbeitet.

# Who belongs in the book
scope-h = Personenkreis
scope-text = Wer ins Kontaktbuch gehört und wer nicht. Hier ändert sich nichts am Kontaktbuch; der nächste Lauf plant, was daraus folgt.
scope-who-h = Es gehören dazu
scope-everybody-on = Alle, die nach den Regeln als Person zählen
scope-everybody-off = Nicht alle: nur Mitglieder abonnierter Gruppen und wer von Hand aufgenommen ist
scope-everybody-to-on = Alle aufnehmen …
scope-everybody-to-off = Nicht mehr alle aufnehmen …
scope-everybody-on-q = Alle aus Microsoft 365 in den Personenkreis aufnehmen?
scope-everybody-on-text = Wer nach den Regeln als Person zählt, gehört dann ins Kontaktbuch, auch wer später dazukommt. Ausgenommene und Ausgeschlossene bleiben draußen.
scope-everybody-on-sure = Alle aufnehmen
scope-everybody-on-done = Alle gehören jetzt zum Personenkreis.
scope-everybody-off-q = Nicht mehr alle in den Personenkreis aufnehmen?
scope-everybody-off-text = Dann gehören nur noch Mitglieder abonnierter Gruppen dazu und wer von Hand aufgenommen ist. Was mit den Kontakten der anderen geschieht, sagen die Regeln.
scope-everybody-off-sure = Nicht mehr alle aufnehmen
scope-everybody-off-done = Es gehören nicht mehr alle zum Personenkreis.
scope-groups-n = { $n ->
    [0] Keine abonnierte Gruppe
    [one] Die Mitglieder einer abonnierten Gruppe
   *[other] Die Mitglieder von { $n } abonnierten Gruppen
  }
scope-to-groups = Gruppen wählen
scope-manual = Modus „von Hand“: Läufe fügen trotzdem nur hinzu, wer von Hand aufgenommen ist.
scope-kept-out-n = { $n ->
    [one] Eine Person ist nach Löschung oder Widerspruch ausgeschlossen
   *[other] { $n } Personen sind nach Löschung oder Widerspruch ausgeschlossen
  }
scope-to-kept-out = Ausgeschlossene ansehen
scope-by-hand-h = Von Hand festgelegt
scope-chosen-n = { $n } aufgenommen
scope-excluded-n = { $n } ausgenommen
scope-all-n = Alle { $n } in Microsoft 365
scope-said = Festlegung
scope-is-chosen = von Hand aufgenommen
scope-is-excluded = von Hand ausgenommen
scope-by-rules = nach den Regeln
scope-gone = nicht mehr in Microsoft 365
scope-choose = Aufnehmen
scope-exclude = Ausnehmen
scope-clear = Den Regeln überlassen
scope-nobody-chosen = Niemand ist von Hand aufgenommen.
scope-nobody-excluded = Niemand ist von Hand ausgenommen.
scope-look-all = In Microsoft 365 suchen
scope-none-ticked = Es war niemand angehakt.
scope-chosen-done = { $n ->
    [one] Eine Person aufgenommen.
   *[other] { $n } Personen aufgenommen.
  }
scope-excluded-done = { $n ->
    [one] Eine Person ausgenommen. Kein Lauf legt ihren Kontakt an; was mit einem wird, den es schon gibt, sagen die Regeln („Gehört nicht mehr dazu“).
   *[other] { $n } Personen ausgenommen. Kein Lauf legt ihre Kontakte an; was mit denen wird, die es schon gibt, sagen die Regeln („Gehört nicht mehr dazu“).
  }
scope-cleared-done = { $n ->
    [one] Über eine Person entscheiden wieder die Regeln.
   *[other] Über { $n } Personen entscheiden wieder die Regeln.
  }
delete-exclude-h = Damit kein Lauf den Kontakt wieder anlegt
delete-exclude = Person aus dem Personenkreis ausnehmen

# What the script says
script-chosen = # ausgewählt
script-copied = Kopiert
script-copy = Bitte markieren und kopieren
linked-or-not = Verknüpft oder nicht
groups-find = Kontaktgruppe suchen
contact-groups-n = { $n ->
    [0] Keine Kontaktgruppe
    [one] Eine Kontaktgruppe
   *[other] { $n } Kontaktgruppen
  }
groups-none-found = Keine Kontaktgruppe heißt so.
link-word = Verknüpfung

# The end of a customer
customer-remove-h = Kunden entfernen
customer-remove-hint = Mit Kontaktbuch, Verbindung und Verlauf. Das lässt sich nicht rückgängig machen.
customer-remove-ask = Kunden entfernen …
customer-remove-q = { $x } entfernen?
customer-remove-text = { $n ->
    [0] Das Kontaktbuch ist leer.
    [one] Ein Kontakt geht mit seinem Verlauf und allen Einstellungen dieses Kunden.
   *[other] { $n } Kontakte gehen mit ihrem Verlauf und allen Einstellungen dieses Kunden.
  }
customer-remove-for-good = Das ist endgültig: Nur eine Sicherung bringt den Kunden zurück. Konten seiner Mitarbeitenden gehen mit.
customer-remove-consent = Die Zustimmung bei Microsoft 365 bleibt bestehen, bis dort jemand die App entfernt.
customer-remove-type = Zur Bestätigung das Kürzel eingeben: { $x }
customer-remove-wrong = Das ist nicht das Kürzel. Es heißt { $x }.
customer-remove-sure = Endgültig entfernen
customer-removed = Der Kunde ist entfernt.

# Groups that stand for groups of the tenant
group-link = Zuordnen
group-link-q = Für welche Gruppe in Microsoft 365 steht { $x }?
group-link-text = Die Gruppe in Microsoft 365 wird damit abonniert: Ihre Mitglieder gehören ins Kontaktbuch und in diese Kontaktgruppe, die künftig auch deren Namen trägt.
group-link-stays = Wer schon in der Kontaktgruppe ist, bleibt darin.
group-link-which = Name oder Kennung der Gruppe in Microsoft 365
group-link-sure = Zuordnen
group-link-none = In Microsoft 365 heißt keine Gruppe „{ $x }“.
group-link-taken = Für diese Gruppe steht schon die Kontaktgruppe „{ $x }“. Löschen Sie diese zuerst.
group-link-already = Diese Kontaktgruppe steht schon für eine Gruppe in Microsoft 365.
group-link-several = Mehrere Gruppen heißen so. Bitte die Kennung eingeben.
done-group-linked = Die Gruppe folgt ab jetzt ihrer Gruppe in Microsoft 365. Der nächste Lauf gleicht sie ab.

# Back to a time
back-to-h = Auf einen früheren Stand zurück
back-to-text = Macht rückgängig, was Läufe seit einem Zeitpunkt getan haben. Was Menschen seither eingegeben haben, bleibt. Sie sehen erst, was sich ändern würde.
back-to-when = Stand von
back-to-zone = Uhrzeit in der Zeitzone { $x }
back-to-wrong = Bitte einen Zeitpunkt in der Vergangenheit wählen.
back-to-look = Ansehen, was sich ändern würde

# Kept out before there is a contact
keep-out-h = Jemanden ausschließen, der nicht im Kontaktbuch steht
keep-out-hint = Zum Beispiel nach einem Widerspruch. Wer schon einen Kontakt hat, wird mit ihm gelöscht.
keep-out-who = E-Mail-Adresse, Anmeldename oder Kennung in Microsoft 365
keep-out-ask = Ausschließen …
keep-out-q = Diese Person ausschließen?
keep-out-text = Gespeichert bleibt nur die Kennung, alles andere, was von ihr gelesen wurde, wird gelöscht.
keep-out-sure = Ausschließen
keep-out-nobody = In Microsoft 365 ist niemand so bekannt. Lesen Sie die Benutzer neu, wenn die Person gerade erst dazugekommen ist.
keep-out-whom = Bitte angeben, wer ausgeschlossen werden soll.
done-kept-out = Die Person ist ausgeschlossen. Kein Lauf legt einen Kontakt für sie an.

# What is stored of a person
data-account = Art des Kontos
data-member = Mitglied
data-guest = Gast
data-enabled = Konto aktiv
data-licence = Lizenz
data-unlicensed = ohne
data-mailbox = mit Postfach
data-without-mailbox = ohne Postfach
data-products = Produkte
data-groups = Gruppen in Microsoft 365
