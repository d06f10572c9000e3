# Texts of pages, English. Keys are sorted by where they stand; `$n` is a number, `$x` a word.

# Around every page
skip-to-content = Skip to content
menu-open = Menu
menu-close = Close menu
areas = Areas
other-language = Deutsch
switch-customer = Switch customer:
all-customers = All customers
find-customer = Find a customer
find-person = Find a person or number
find-hint = Search: “mueller” finds Müller
account-menu = Account and settings
theme-h = Appearance
theme-device = Like the device
theme-light = Light
theme-dark = Dark
sign-out = Sign out
error-word = Error
actions-word = Actions
views-word = Views
filter = Filter
save = Save
cancel = Cancel
page-back = Back
page-on = Next
pager-of = { $a }–{ $b } of { $n }
as-of = as of { $x }

# Times
when-today = today, { $time }
when-yesterday = yesterday, { $time }
when-day = { $day }, { $time }
when-exact = { $day }, { $time }

# Roles
role-owner = owner
role-technician = technician
role-observer = operator, read-only
role-administrator = administrator
role-reader = read-only

# Sign-in
sign-in-h = Sign in
sign-in-wrong = Sign-in failed. Please check e-mail and password.
sign-in-locked = { $n ->
    [one] Too many attempts. Possible again in one minute.
   *[other] Too many attempts. Possible again in { $n } minutes.
  }
not-set-up-h = Not set up yet
not-set-up-text = The link for the first start is in the output of “whoswho serve”. It works once; each start makes a new one.
link-h = Hello, { $x }
link-text = This link signs you in once. It does not work afterwards: whoever has no password yet chooses one under “My profile”.
link-reset-text = This link signs you in once. Then you choose a new password in your profile.
link-gone-h = This link no longer works
link-gone-text = It was used already, or has expired. Ask for a new one, or sign in with your password.
password-label = Password
password-again = Repeat password
password-hint = At least { $n } characters. A sentence that only you know is better than special characters.
password-short = The password is too short. At least { $n } characters are needed.
password-long = The password is too long. At most { $n } characters are possible.
password-known = This password is easy to guess. Please choose another one.
password-differs = The two entries differ. Please enter both again.

# First start
set-up-h = Set up Whoswho
set-up-text = Create your account. It makes you the owner of this installation; you invite others afterwards.
set-up-button = Set up and sign in
set-up-name-missing = Please enter your name.
set-up-email-wrong = This is no e-mail address. Example: jana.petersen@company.com
set-up-email-taken = There is an account with this address already.
your-name = Your name

# Profile
profile-h = My profile
saved-h = Saved
look-h = Language, appearance and keys
language-label = Language
keys-label = Shortcuts of a single key
keys-hint = “/” goes to the search. Switched off, no single letter or sign does anything any more.
language-browser = Like the browser
password-h = Change password
password-current = Current password
password-current-wrong = This is not your current password.
password-new = New password
password-ends-sessions = This signs out all your other devices.
password-set-h = Set a password
password-locked-out = You have none yet: once you sign out, only a new link lets you in again.
password-proof-microsoft = Your account has no password. Before you choose one, please confirm at Microsoft that it is you. You then come back here.
password-proof-link = Your account has no password. You can choose one only just after signing in by a link. Have a new one sent to you, or ask whoever looks after Whoswho for you.
sessions-h = Signed-in devices
session-browser = Browser
session-started = Signed in
session-seen = Last used
session-this = this device
session-end = Sign out

# Errors
error-404 = This page does not exist, or no longer.
error-404-text = Check the address, search, or begin at the start page.
error-404-nobody = Check the address, or begin at the start page.
error-403 = Your role may not do this.
error-403-text = This needs one of these roles: { $x }. Whoever owns this installation can grant it.
error-500 = This is our fault.
error-500-text = Please look whether what you entered last has arrived. Quote { $x } if you ask.
error-db = The database is unreachable right now.
error-db-text = Nothing that was stored is lost. Please reload the page in a minute.
error-crowded = A great many are signing in just now.
error-crowded-text = Please try again in a few seconds.
error-files = A great many files are being uploaded just now.
error-files-text = This one was not taken. Please try again in a few seconds.
error-foreign = This form did not come from here.
error-foreign-text = Nothing was carried out. Either another website sent it, or you opened Whoswho under another address than usual. Open the page anew and fill in the form there once more. If it happens again, whoever looks after Whoswho for you can help.
error-find = Search
error-refused = This cannot be done like that.
to-start = To the start page

# Customers
customers-h = Customers
customer-word = Customer
state-word = State
last-good-word = Last good run
held-short = Held
held-word = held
access-word = Access
fleet-sentence-calm = { $a } of { $b } customers are fine. There is nothing to do.
fleet-sentence = { $n ->
    [0] All { $b } customers are fine.
    [one] { $a } of { $b } customers are fine. One needs attention.
   *[other] { $a } of { $b } customers are fine. { $n } need attention.
  }
fleet-tile-all = { $n ->
    [one] customer in all
   *[other] customers in all
  }
fleet-tile-held = { $n ->
    [one] waits for you
   *[other] wait for you
  }
fleet-tile-silent = without a good run
todo-h = Look at first
todo-sub = By urgency; what is solved vanishes by itself.
todo-silent = No good run since { $x }
todo-failed = Run failed: { $x }
todo-unreadable = Stored settings are damaged; no run since { $x }
todo-held = { $n ->
    [one] One change is held
   *[other] { $n } changes are held
  }
todo-first-plan = The first plan is waiting for you
view-runs = View runs
customers-empty = No customers yet. Add the first one.
customers-none-found = No customer matches.
tenant-unnamed = connected, name unknown
by-hand-only = kept by hand
next-now = any moment
next-at = next { $x }
next-none = by hand only
state-off = Not connected
state-good = All good
state-new = Not synchronised yet
state-waiting = Waiting for you
state-paused = On hold
state-failed = Failed
state-silent = No good run
state-unreadable = Settings damaged
access-left-out = missing after a restore
access-unknown = end unknown
access-ended = expired
access-days = { $n ->
    [0] expires today
    [one] one day left
   *[other] { $n } days left
  }
add-customer = Add customer
add-customer-text = A customer has a contact book of its own. You connect it to Microsoft 365 in the next step.
customer-name = Full name
customer-slug = Short name
customer-slug-hint = Stands in addresses and commands, for good. Leave it empty and it is made from the name.
add-name-missing = Please enter a name of at most 200 characters.
add-slug-wrong = A short name has up to 40 lower-case letters, digits and hyphens.
add-namesake = There is a customer of this name already: { $x }.
add-also = This is another one: add it all the same
add-slug-taken = Another customer has this short name.
preset-word = Preset
preset-hint = The preset sets all rules; you can change single ones afterwards.
preset-careful = Careful: asks the first time, removes only what it created
preset-awareness = Awareness: like Securepoint Awareness, once a day
preset-helpdesk = Help desk: like Atera, never removes, only on demand
preset-phone-system = Phone system: like 3CX, every night
preset-business-card = Business card: like oneVcard

# A customer
overview-h = Overview
directory-group = Directory
connection-h = Connection
connected-since = Connected to { $tenant } since { $day }
not-connected-text = This customer is not connected to Microsoft 365. Its contact book is kept by hand.
last-good = last good run { $x }
tenant-word = Tenant
since-word = Since
held-text = Until somebody decides, that stays as it is; everything else goes on.
first-plan-text = Nothing has been changed yet. Look at the plan, and apply it if it is right.
latest-runs = Latest runs
all-runs = All runs
contacts-word = contacts
from-365-long = from Microsoft 365
groups-h = Groups
groups-word = groups
rules-h = Rules

# Runs
runs-h = Runs
runs-text = Newest first. Runs with nothing to do are not listed.
runs-empty = No run yet.
run-word = Run
run-number = Number { $x }
run-kind = Kind
run-end = Result
runs-newer = Newer runs
runs-older = Older runs
run-changes = Changes
run-requests = Requests
run-lasted = Duration
run-undo = Undo
run-person = One person
run-complete = Full comparison
run-delta = Changes
new-word = new
changed-word = changed
removed-word = removed
end-held = { $n ->
    [one] applied, one held
   *[other] applied, { $n } held
  }
end-done = applied
end-quiet = nothing to do
end-waiting = waiting for you
end-planned = planned only
end-refused = reading failed
end-failed = failed
end-cut-off = cut off, the next one carries on
end-running = under way

# Book
book-h = Contact book
contacts-n = { $n ->
    [0] No contacts yet
    [one] One contact
   *[other] { $n } contacts
  }
search-clear = Show all
book-empty = The contact book is empty. Connect Microsoft 365, import a CSV file, or add a contact.
book-none-found = Nobody by that name. Former names and numbers were searched, too.
name-word = Full name
phone-word = Phone
origin-word = Origin
by-hand = by hand
from-365-once = Microsoft 365, taken over once
from-365 = Microsoft 365
from-csv = from a CSV file
left-word = left
left-since = left since { $x }
formerly = formerly { $x }
pins-n = { $n ->
    [one] one value pinned
   *[other] { $n } values pinned
  }
pinned-word = pinned
pinned = pinned: “{ $x }”
pinned-until = pinned until { $day }: “{ $x }”
contact-unnamed = without a name
link-created = linked, created by a run
link-automatic = linked automatically
link-hand = linked by hand
values-caption = Fields and where they come from
no-groups = In no group.
facts-h = Entry
changed-at = Changed
id-word = Id
field-first-name = First name
field-last-name = Last name
field-display-name = Display name
field-email = E-mail
field-job-title = Job title
field-department = Department
field-company = Company
field-office = Office
field-mobile = Mobile
number-typed = entered as { $x }
field-business-phones = Business phone
field-site = Site

# Searches in the bar, beside those of the page
quick-search = Quick search
go-to-customer = Go to a customer
switch-lately = Recent
switch-found = { $n ->
    [one] { $n } customer found
   *[other] { $n } customers found
  }
switch-all = Search the list of all customers

# The book
of-them-linked = { $n ->
    [one] one of them linked to Microsoft 365
   *[other] { $n } of them linked to Microsoft 365
  }
view-all = All
view-changed = Changed (7 days)
view-left = Left
group-word = Group
every-group = All groups
every-source = Any source
linked-word = linked
not-linked-word = not linked
filter-button = Filter
book-none-so = This is true of nobody.
sort-note = Phone book order (ä as ae)
thumb-word = Index A to Z
more-than-n = More than { $n } found

# Plan
plan-h = Plan
plan-summary = Summary
plan-due = { $n ->
    [one] 1 change is due
   *[other] { $n } changes are due
  }
plan-removals-wait = { $n ->
    [one] 1 removal is waiting for you
   *[other] { $n } removals are waiting for you
  }
plan-changes-wait = { $n ->
    [one] 1 change is waiting for you
   *[other] { $n } changes are waiting for you
  }
plan-none-h = Everything is up to date
plan-unread-h = Nothing read yet
plan-unread-text = “Read again” asks Microsoft 365 and shows what would change. Nothing is changed by that.
plan-off-h = Not connected
plan-off-text = There is a plan once this customer is connected to Microsoft 365.
plan-sub = Plan of { $x }. Nothing has been changed yet.
plan-empty = Nothing to do: contact book and Microsoft 365 agree as far as was read.
plan-outdated = Something has changed since this plan. “Read again” brings it up to date; applying reads again in any case.
plan-first-h = The first plan is waiting for you
plan-first-text = This customer is newly connected. Runs change nothing until you have applied the first plan.
plan-share = Of { $all } contacts: { $new } new, { $changed } changed, { $removed } removed, { $held } held
plan-all = All
plan-new = new
plan-linked = linked
plan-changed = changed
plan-removed = { $n ->
    [one] will be removed
   *[other] will be removed
  }
plan-groups = Groups
plan-later = waiting
plan-findings = { $n ->
    [one] 1 finding
   *[other] { $n } findings
  }
plan-lines-h = Changes that are due
plan-foot-held = { $n ->
    [one] 1 change stays held.
   *[other] { $n } changes stay held.
  }
plan-foot = Everything is read again before it is applied. You can undo the run for 30 days.
apply-n = { $n ->
    [one] Apply 1 change
   *[other] Apply { $n } changes
  }
read-again = Read again
sync-now = Sync now
sync-complete = Read everything completely
sync-one = Sync this person only
view-plan = View plan
to-plan = To the plan
pin-value-ask = Pin a value …
open-contact = View contact
more-about = More about { $x }
select-word = Selection
select-all = Select all that are visible
select-one = Select { $x }
person-word = Person or group
change-word = Change
before-after = Before → after
reason-word = Reason
before-word = before:
becomes-word = becomes
empty-word = empty
quoted = “{ $x }”
reason-group = Member through { $x }

# Contacts by hand
add-contact = Add contact
aliases-word = Further addresses
and-more = { $n ->
    [one] and one more
   *[other] and { $n } more
  }
change-contact = Contact
change-there = in the book
change-in-bin = in the bin
change-left = Left
change-left-yes = yes
change-left-no = no
change-link = Link
change-link-yes = linked
change-link-no = none
change-subscription = Subscription
change-until = Until
change-name = Group name
change-members = Members
change-join = { $n ->
    [one] 1 joins
   *[other] { $n } join
  }
change-leave = { $n ->
    [one] 1 leaves
   *[other] { $n } leave
  }

# What waits
held-h = { $n ->
    [0] Released, not yet applied
    [one] 1 change held
   *[other] { $n } changes held
  }
held-by-hand-h = { $n } held by hand
held-besides = and { $n } by hand
held-none-found = Nothing of what waits matches the search.
held-why-guard = Deletion guard: { $count } removals or { $percent } per cent of the contact book a day at most, whichever is more. Ask the customer before you release.
held-why-emptied = A group has lost all its members at once. This is usually a mistake: ask before you release.
held-why-unconfirmed = Whoever is not seen any more is not surely deleted yet: Microsoft 365 has not confirmed it.
held-why-person = Some of it is held by hand until somebody releases it by itself.
hold = Hold
hold-chosen = Hold selected
release = Release
release-h = Release held changes
release-all = Release all { $n } …
release-chosen = Release selected …
released-word = released
keep-chosen = Keep selected as they are
since-x = since { $x }
release-removes-h = { $n ->
    [one] Release this change? A contact will be removed.
   *[other] Release { $n } changes? Contacts will be removed.
  }
release-changes-h = { $n ->
    [one] Release this change?
   *[other] Release { $n } changes?
  }
release-removes-text = Removed contacts disappear from the book. For 30 days they lie in the bin and can be restored.
release-text = Everything is read again before it is applied. Only what is still due then is done.
release-number = Type the number to confirm
release-number-wrong = Please type { $n }: so many changes there are now.
release-n = { $n ->
    [one] Release 1 change
   *[other] Release { $n } changes
  }
release-removes-n = { $n ->
    [one] Release 1 removal
   *[other] Release { $n }, removals included
  }
said-released = { $n ->
    [0] There was nothing left to release.
    [one] Released. The next run reads again first, and does only what is still due then.
   *[other] { $n } released. The next run reads again first, and does only what is still due then.
  }
said-rejected = { $n ->
    [0] There was nothing held any more.
    [one] Stays as it is until it changes again in Microsoft 365.
   *[other] { $n } stay as they are until they change again in Microsoft 365.
  }
said-held = Held. Runs change nothing about it until you release it.
said-nothing = Nothing has changed in Microsoft 365 since the last run.
said-none = Please choose something first.
said-other = The plan is another one by now. Please look at it again.

# Under way
live-look-h = A plan is being made
live-run-h = A run is at work
live-person-h = A person is being synchronised
live-undo-look-h = Undo is being prepared
live-undo-h = A run is being undone
live-stopped-h = The run was cancelled
live-failed-h = That did not work
live-by = Started { $time } by { $who }.
live-since = Under way since { $x }.
live-begins = Starting
live-elsewhere = Reading or comparing
live-asking = Signing in and asking Microsoft 365
live-users = { $n ->
    [one] 1 user
   *[other] { $n } users
  }
live-groups = { $n ->
    [one] 1 group
   *[other] { $n } groups
  }
live-compared = { $n ->
    [one] 1 person compared
   *[other] { $n } people compared
  }
live-written = { $n ->
    [one] { $done } of 1 change written
   *[other] { $done } of { $n } changes written
  }
live-inactive = Synchronisation is switched off for this customer. The rules switch it on.
live-nothing-read = Nothing was read yet. “Read again” on the page “Plan” reads everybody first.
live-busy = Another run was faster. Please wait for its end.
live-failed-text = This has changed nothing in the contact book that is not in the list of runs.
live-stopped-text = What was written stays and can be undone. The next run does the rest.
leave-page = You can leave this page; the run continues.
cancel-run-ask = Cancel …
cancel-run-h = Cancel this run?
cancel-run-text = What is written stays and can be undone. The next run does the rest.
cancel-run = Cancel run
go-on = Let it continue
of-x = of { $x }
phase-reading = Reading
phase-planning = Comparing
phase-applying = Applying
phase-follows = to come
phase-now = under way
phase-done = done

# One run
run-done-h = Run { $x }
run-undone-h = Run { $x } has undone something
run-running-h = Run { $x } is at work
run-failed-h = Run { $x } has failed
run-cut-off-h = Run { $x } was cut off
run-planned-h = Run { $x } has only planned
run-lines-h = What the run did
run-planned-lines-h = What was due
run-lines-empty = This run has no lines.
run-lines-forgotten = Single lines are forgotten after a while; the figures stay.
done-run = Done: { $new } new, { $changed } changed, { $removed } removed, { $held } held.
count-new = new
count-linked = linked
count-changed = changed
count-restored = restored from the bin
count-removed = removed
count-unlinked = no longer linked
count-memberships = { $n ->
    [one] membership
   *[other] memberships
  }
count-held = held
count-unchanged = unchanged
findings-h = Findings
undo-h = Undo
undo-text = You see first what that would do. What was changed by hand since then stays.
undo-run = Undo this run …
undo-to-before = Back to how it was before this run …
undo-one = Undo …
undo-look-h = { $n ->
    [one] 1 change would go back
   *[other] { $n } changes would go back
  }
undo-nothing-h = Nothing goes back
undo-n = { $n ->
    [one] Undo 1 change
   *[other] Undo { $n } changes
  }
undo-removes-h = { $n ->
    [one] A contact would go to the bin
   *[other] { $n } contacts would go to the bin
  }
undo-removes-text = Whatever lies there can be brought back for 30 days.
undo-all = This moment lies before the first run: all that runs ever did would be taken back, but for what is left alone.
undo-anew = Something has changed since you looked, so nothing was done yet. Please look at it once more.
undo-number = How many contacts go to the bin?
undo-number-wrong = Please type { $n }: that many would go to the bin.
undo-lines-h = What would go back
undo-foot = This, too, is a run and can be undone.
undo-of-run = Undoes run { $x }
undo-since = Undoes what runs have done since { $x }

# Before a dangerous step
proof-h = Is it you?
proof-text = Please type your password once more for this step. Then it is carried out.
proof-button = Continue
proof-no-password = Your account has no password. Sign in by a new link for this step, and best choose a password in your profile right afterwards.

# Connection
set-up-group = Set-up
connect-h = Connect to Microsoft 365
connect-text = Whoswho only reads; it changes nothing in Microsoft 365.
connect-not-yours = This customer is not connected. Your operator can connect it.
connect-refused-h = This cannot be connected
connect-look-h = Please look again
connect-nothing-kept = Nothing was kept.
connection-tenant-id = Directory (tenant) ID
connection-client-id = Application (client) ID
connection-text = Whoswho reads users and groups and changes nothing there.
connection-manage = Manage
connection-made-nobody = Connected. Next, choose who comes into the contact book.
connection-made = Connected. Next, the plan shows who would come into the contact book.
shared-ask = Connected to this tenant already: { $x }. Both contact books would get its people.
shared-also = This is meant: connect all the same
shared-look = The tenant is connected already
shared-unseen = { $n ->
    [one] a customer whom you do not look after
   *[other] { $n } customers whom you do not look after
  }
connection-shared = Connected to this tenant as well: { $x }. Both contact books get its people.
connect-tenant-hint = In the portal under “Overview” (German portal: „Übersicht“) of the app registration, “Directory (tenant) ID” (German: „Verzeichnis-ID (Mandant)“); a domain of the tenant will do as well.
connect-client-hint = Under “Overview” as well, “Application (client) ID” (German portal: „Anwendungs-ID (Client)“).
connect-tenant-wrong = This is neither a directory ID nor a domain. Example: 5c1f0d6e-2b7a-4e0c-9d53-8a1b6f2e7c90
connect-client-wrong = This is no application ID. Example: a94e3c17-60fd-4b0b-8a2e-1f7c5d9e0b36
connect-tenant-unknown = Microsoft does not know this tenant. Please check the directory ID and the cloud.
connect-client-unknown = This tenant has no such app, or nobody consented to it. Please check the application ID or ask for consent.
connect-how = How does Whoswho prove itself?
connect-secret = Client secret
connect-secret-why = Quickly set up, expires after 24 months at the latest.
connect-secret-value = Client secret, value
connect-secret-again = Please paste the secret or certificate once more: it is never sent back.
connect-secret-hint = Some 40 characters, mostly with a tilde. Microsoft shows it only once. It is stored encrypted and never shown again.
connect-secret-missing = Please type the value of the column “Value” (German portal: „Wert“).
connect-secret-id = This is the secret ID, not the value. Please copy the column “Value” (German portal: „Wert“). If it is hidden already, make a new secret.
connect-secret-refused = Microsoft rejects this client secret. The IDs are correct.
connect-certificate = Certificate
connect-certificate-why = Safer, if you have one already. The same certificate is uploaded in the portal under “Certificates”.
connect-certificate-value = Certificate with its private key (PEM)
connect-certificate-hint = Only needed where “Certificate” is chosen above. The key is stored encrypted and never shown again.
connect-certificate-wrong = This cannot be used: { $x }.
connect-certificate-long = This is too long for a certificate with its key.
connect-certificate-refused = Microsoft does not know this certificate. Please upload it under “Certificates”.
connect-ends = Valid until
connect-ends-hint = As in the column “Expires”, so that you are warned in time. Where Microsoft tells it, that counts.
connect-ends-wrong = Please give a day that is still to come.
connect-cloud = Microsoft cloud
cloud-own = Own (as configured)
cloud-global = Worldwide
cloud-us-gov = US Government (GCC High)
cloud-us-gov-dod = US Department of Defense
cloud-china = China, operated by 21Vianet
check-next = Check and connect
connect-where = Where to find this
connect-where-app = “App registrations” (German portal: „App-Registrierungen“), your app there, “Overview” („Übersicht“)
connect-where-secrets = “Certificates & secrets” (German portal: „Zertifikate & Geheimnisse“)
connect-where-new = Tab “Client secrets” (German portal: „Geheime Clientschlüssel“), “New client secret” („Neuer geheimer Clientschlüssel“)
connect-where-copy = Copy the column “Value” (German portal: „Wert“)
connect-where-at-once = at once, before you leave the page
connect-columns = What the columns are called there
connect-this = this one
connect-not-this = not this one
permissions-h = Required permissions
permissions-kind = Under “API permissions” (German portal: „API-Berechtigungen“), Microsoft Graph, type “Application permissions” („Anwendungsberechtigungen“):
permissions-optional = Optional, for names of licences, hidden group members and the end of the access:
permissions-consent = Then press “Grant admin consent” (German portal: „Administratorzustimmung erteilen“). We tell you what is granted beyond this.
copy = Copy
connect-reads-h = What is read
connect-reads = Names, e-mail addresses, phone numbers, jobs, departments, sites and licences of users, and groups with their members. No mails, no files, no calendars.
connect-account = Making the app needs an account that may consent for the organisation: “Global Administrator” (German portal: „Globaler Administrator“) or “Privileged Role Administrator” („Administrator für privilegierte Rollen“).
renew-h = Renew the access
ends-day = Last day of the secret or certificate
ends-hint = As in the column “Expires”, so that you are warned in time. Empty means that nobody knows. Once Microsoft tells it, that counts.
ends-keep = Save the day
ends-kept = It is saved when the access ends.
ends-forgotten = Saved: nobody knows when the access ends.
renew-access = Renew access
check-now = Check now
check-h = Checks
check-failed-h = A run cannot start yet
check-failed-text = What is marked red says why. Nobody is removed from the contact book while it is missing.
check-never = “Check now” asks Microsoft 365 what works and what is missing.
check-step = Step
permission-word = Permission
check-result = Result
checked-at = checked { $x }
disconnect-ask = End connection …
disconnect-h = End the connection
disconnect-q = End the connection to { $x }?
disconnect-text = Nothing is synchronised afterwards. What was read from Microsoft 365, stored secrets, the scope and the links are deleted; former runs cannot be undone any more.
disconnect-imported = What becomes of what was imported?
disconnect-keep = { $n ->
    [one] The linked contact stays but is no longer synchronised.
   *[other] The { $n } linked contacts stay but are no longer synchronised.
  }
disconnect-remove = Send imported contacts to the bin
disconnect-remove-text = Only contacts that a run created. They can be restored from there for 30 days.
disconnect-button = End connection
live-check-h = Asking Microsoft 365
disconnect-done = { $n ->
    [0] The connection has ended. The contacts stay as they are.
    [one] The connection has ended. 1 contact lies in the bin.
   *[other] The connection has ended. { $n } contacts lie in the bin.
  }
live-gone = { $n ->
    [one] 1 contact in the bin
   *[other] { $n } contacts in the bin
  }
live-disconnect-h = The connection is being ended

back-word = Back
bin-empty = The bin is empty.
bin-h = Bin
bin-none-ticked = Nobody is selected. Please tick who is to come back.
bin-text = Removed contacts stay for 30 days. Whoever comes back has the same id, link and groups as before.
by-command-line = command line
by-former-account = an account that is gone
by-run = run { $x }
by-word = By
changed-meanwhile = Somebody changed this contact meanwhile. Your input is still here; please compare.
changed-meanwhile-h = Changed meanwhile
contact-word = Contact
data-button = Export personal data
data-contact = In the contact book
data-h = Personal data: { $x }
data-machine = As a file (JSON)
data-mirror = Read from Microsoft 365
data-none = Nothing.
data-text = All that is stored about this person. You can print the page or hand on the file.
days-left = { $n ->
    [one] one day left
   *[other] { $n } days left
  }
delete-button = Remove …
delete-comes-back = By the rules this person belongs in the book: the next run brings the contact back as long as that is so.
delete-q = Remove { $x }?
delete-sure = To the bin
delete-text = The contact disappears from the book and from everything that is fed by it. For 30 days it can be restored from the bin.
deletion-log = Deletion log
deletion-log-empty = Nobody was erased.
done-added = Contact added.
done-erased-clean = The person is erased; the database's files hold nothing of them either. Older backups still do.
done-erased-later = The person is erased. The next erasure clears traces in the database's files; older backups still hold them.
done-erased-server = The person is erased. PostgreSQL clears the space itself; older backups still hold them.
done-group-added = Group added.
done-group-deleted = Group deleted. Its contacts stay.
done-group-renamed = Group renamed.
done-held = The person is held: runs change nothing about them until somebody lets them go.
done-let-go = The person was let go.
done-let-in = The person may come back into the book; the next run reads everything and follows the rules.
done-linked = Linked. The next run updates the contact.
done-merged = Merged. The other contact is in the bin.
done-removed = Removed. Until its term ends it can be restored here.
done-saved = Saved.
done-unlinked = No longer linked. The contact stays.
done-unpinned = No longer pinned. The next run writes what Microsoft 365 says.
edit-button = Edit
edit-contact-h = Edit { $x }
edit-warning = This field comes from Microsoft 365. Your value lasts until the next run unless you pin it.
edit-warning-email = This field comes from Microsoft 365. If you change it, the next run makes a new contact for this person and leaves this one to you.
erase-also = Also kept out: { $x }
erase-backups = Older backups still hold the person; when one is restored, the person is erased again with it.
erase-button = Erase person …
erase-everywhere = All values go everywhere: book, bin, history, plans, outbox, and what was read from Microsoft 365.
erase-for-good = This cannot be undone. Afterwards the deletion log says only that and when somebody was erased.
erase-kept-out = No run brings the person back until somebody lets them in again under “Kept out”.
erase-q = Erase { $x } everywhere and for good?
erase-sure = Erase for good
erase-whom = Several people have this address. Who is meant?
event-changed = { $x } changed; its values are deleted after 30 days
event-created = Contact added
event-joined = put into a group
event-left = marked as left
event-linked = linked to a person
event-parted = taken out of a group
event-pinned = { $x } pinned
event-removed = removed
event-restored = restored
event-returned = came back
event-unlinked = link cut
event-unpinned = { $x } no longer pinned
field-word = Field
file-book = contact-book
file-data = personal-data
form-errors = Please look at these fields
group-add = Add group
group-delete-365 = The group stands for a group in Microsoft 365: the next run ends that subscription.
group-delete-q = Delete the group { $x }?
group-delete-sure = Delete group
group-follows = This group is called like its group in Microsoft 365 and is renamed there.
group-name = Name of the group
group-nameless = The group needs a name.
group-rename = Rename …
group-rename-h = Rename the group { $x }
group-taken = A group is called so already. Please take another name.
groups-empty = No groups yet.
groups-text = Groups from Microsoft 365 follow their group there; those made by hand are yours.
held-since = held since { $x }
hint-display-name = Follows from first and last name as long as there is either.
hint-phones = One number on each line. Example: +49 40 1234567
history-empty = No change yet.
history-h = History
history-more = Personal data shows older changes.
history-text = Every change with its run or person; former values stay for 30 days.
hold-button = Hold …
hold-q = Hold { $x }?
hold-sure = Hold this person
hold-text = Runs go on planning but apply nothing about this person until somebody lets them go.
how-word = How
kept-for = Term
kept-out-empty = Nobody is kept out.
kept-out-h = Kept out
kept-out-nobody = This person is not kept out.
kept-out-text = No run brings these people back. Only their id is stored.
let-go-button = Let go
let-in-button = Let back in
link-ask = Please type the person's e-mail address or object id.
link-button = Link …
link-h2 = Link { $x }
link-how-automatic = automatically, by address
link-how-created = a run made the contact
link-how-hand = by a person
link-kept-out = This person is kept out and does not come back.
link-nobody = The last run saw nobody with this address or object id in Microsoft 365.
link-people = People in Microsoft 365
link-sure = Link to this person
link-taken = This person is linked to a contact already, perhaps to one in the bin.
link-taken-short = not free
tie-text = Linking goes by object id, never by address. From then on each run writes the fields that come from Microsoft 365.
link-who = Address or object id
many-act = Into group …
many-delete-q = { $n ->
    [one] Remove this contact?
   *[other] Remove { $n } contacts?
  }
many-delete-sure = { $n ->
    [one] Contact to the bin
   *[other] { $n } contacts to the bin
  }
many-group = Into which group?
many-group-sure = Put into the group
many-leave = Take out of this group
many-none = Nobody is selected
many-none-text = Please tick in the list who is meant.
merge-both-linked = Both are linked to a person in Microsoft 365, so they are two people. Cut one link first.
merge-button = Merge …
merge-choose = Please choose the other contact.
merge-fields = Fields of both contacts
merge-goes = { $x }, goes to the bin
merge-h = Merge { $x }
merge-nobody = Nobody found. Please search for the other contact.
merge-same = the same
merge-stays = { $x }, stays
merge-sure = Merge both
merge-text = If two contacts are the same person: one stays with its id, the other goes to the bin.
merge-what = The contact that stays also gets the other's groups and link.
merge-whom = Find the other contact
name-follows = The display name follows from first and last name. Clear both to choose it yourself.
name-missing = A contact needs a first name, a last name or a display name.
not-linked-text = Not linked: no run changes this contact.
now-in-book = The book says now
object-id = Object id
pin-box = Pin { $x }: runs leave the value alone
pin-summary = Pin value …
pin-until = Until (empty: for good)
pin-until-wrong = Please give a day to come.
pin-why = The reason
address-taken = This address belongs to: { $x }.
address-also = Save all the same: both have this address
pin-not-ticked = To pin the value, please tick the box above; else clear reason and day.
pin-why-missing = Please give a reason, so that later somebody knows whether the value may go.
print-hint = Print from your browser's menu.
print-button = Print
privacy-h = Privacy
privacy-text = Both cover all that is stored.
reason-erased = erased on request
reason-objected = has objected
reason-restricted = processing restricted
removed-at = Removed
restore-button = Restore
search-button = Search
sign-in-name = Sign-in name
tick-all = Select all that are visible
tick-one = Select { $x }
unknown-word = unknown
unlink-button = Unlink …
unlink-q = Cut the link of { $x }?
unlink-sure = Cut the link
unlink-text = The contact stays and is yours then. To the next run the person is new; the rules say what happens then.
unpin-button = Unpin
when-word = When
why-word = Why
out-button = Export
csv-excel = CSV for Excel
vcard-word = vCard for phones
tie-h = Link
done-restored = { $n ->
    [one] One contact is back in the book.
   *[other] { $n } contacts are back in the book.
  }
group-delete-text = { $n ->
    [one] One contact is in it, and stays in the book.
   *[other] { $n } contacts are in it, and stay in the book.
  }

# Staff
staff-h = People
staff-text = Who signs in here: your staff and customers' people.
staff-add = Add a person
staff-add-text = You get a link that signs the person in once; they choose a password themselves afterwards.
staff-name = Their name
staff-name-missing = Please type a name.
staff-customers = Which customers
staff-customers-hint = Owners reach all. Administrators and read-only accounts of a customer belong to exactly one.
staff-found = { "{n}" } found
staff-reach-all = All, also those who come later
staff-reach-chosen = Only those that are ticked
staff-reach-missing = Please choose: all customers, or only those that are ticked.
staff-chosen-none = Please tick at least one customer.
staff-role-missing = Please choose a role.
staff-last-owner = This is the only owner. Please make somebody else an owner first.
staff-too-long = This is too long. At most { $n } characters are possible.
staff-edit = Change
staff-edit-h = Change { $x }
staff-edit-text = Role and customers count at once, also in open sessions. Password and Microsoft account stay. With another address, links that went to the old one work no more.
staff-changed = Changed. This counts from now on.
staff-no-customer = There is no customer with the short name “{ $x }”.
staff-owner-all = Owners reach all customers. Please choose “All”.
staff-one-customer = Please choose “Only those that are ticked” and tick exactly one customer.
staff-link = Sign-in link
staff-link-h = Link for { $x }
staff-link-text = It signs in once and is valid until { $x }. You see it only now; send it to this person only.
staff-removed = Removed. All sessions of this account have ended.
staff-remove-ask = Remove …
staff-remove-h = Remove account
staff-remove-q = Remove { $x }?
staff-remove-text = All sessions and links of this account end at once. Nothing changes about customers and contacts.
role-word = Role
signed-in-word = Last signed in
never-signed-in = never yet
reach-all = all customers
reach-none = none

# Import and groups
import-nav = Import and groups
import-h = Import users from Microsoft 365
import-text = Choose who comes into the contact book. Whoever is in it already is marked and not made twice.
import-counts = { $n ->
    [one] One user, { $there } of them in the contact book.
   *[other] { $n } users, { $there } of them in the contact book.
  }
import-read-at = Read { $x }
import-kinds = Kind of import
by-hand-h = By hand
subscribe-h = Automatically by groups
import-mode-manual = Mode: by hand. Only you add people; runs keep in step whoever is imported.
import-mode-automatic = Mode: automatic. Runs add whoever is in scope, such as the members of subscribed groups.
import-to-manual = Switch to “by hand” …
import-to-automatic = Switch to “automatic” …
import-to-manual-q = Add people by hand only from now on?
import-to-automatic-q = Add people automatically from now on?
import-to-manual-sure = Switch to “by hand”
import-to-automatic-sure = Switch to “automatic”
import-to-manual-text = Runs then add nobody whom you have not imported yourself, and contact groups stay as they are. Whoever is imported is still kept in step.
import-to-automatic-text = The next run then adds everybody in scope and makes contact groups for subscribed groups. The plan shows before whom.
import-mode-keeps = The scope stays as it is, and nobody is removed.
import-mode-done = Switched. The scope is as it was, and nobody was removed.
import-inactive = Synchronisation is switched off by the rules. As long as it is, no run and no import changes anything.
import-loaded = Read. The list is as of now.
import-none = Nobody is selected. Please tick whom you want to import.
import-unread = Nothing was read yet. “Load users” reads users and groups; it changes nothing in the contact book.
load-users = Load users
load-groups = Load groups
load-again = Load again
live-load-h = Users and groups are being read
live-import-h = Users are being imported
run-import = Import by hand
import-find = Find users
import-find-hint = Name, e-mail, department
import-find-group = Find a group
import-group-hint = Only from the group …
import-group-none = No group is called “{ $x }”. Please type a part of the name or empty the field.
import-group-gone = This group does not exist any more. Please find another one.
import-which-group = Which group?
show-word = Show
import-show-all = All users
import-show-new = New ones only
import-show-link = Only those with the same e-mail
import-show-book = Only those in the book
import-show-odd = Only guests, rooms etc.
import-show-ticked = Selected ones only
import-people = Users in Microsoft 365
import-place = Office
import-in-book = In the contact book
import-one = Import { $x }
import-mark-book = already in book
import-mark-link = will be linked
import-mark-apart = stays unlinked
import-mark-new = new
import-mark-excluded = excluded
import-mark-kept-out = kept out
import-same-email = same e-mail
import-that-contact = contact with the e-mail
import-odd-guest = guest
import-odd-shared = presumably a room or mailbox
import-odd-disabled = account disabled
import-odd-unlicensed = no licence
import-odd-without-email = no e-mail
import-odd-shares = shares the e-mail
import-will-share = { $n ->
    [one] One does not come in: somebody in the contact book or in the selection has the same e-mail address.
   *[other] { $n } do not come in: they share their e-mail address with each other or with somebody in the contact book.
  }
import-unknown = Unknown
import-nobody = There are no users in this tenant.
import-none-found = Nobody matches.
import-left-out = { $n ->
    [one] One guest, room or disabled account is not selected at first
   *[other] { $n } guests, rooms and disabled accounts are not selected at first
  }
import-n = { $n ->
    [one] Import 1 user
   *[other] Import { $n } users
  }
import-many = Import { "{n}" } users
import-chosen = Import selected
ticked-n = { $n ->
    [one] One selected
   *[other] { $n } selected
  }
tick-all-n = Select all { $n }
tick-found-n = Select these { $n }
tick-none = Clear selection
tick-found-none = Do not select these
tick-first = As at first
import-foot = Before the import you see what becomes of whom. Nobody else is added by it.
import-book-n = { $n ->
    [0] The contact book is still empty.
    [one] To the contact book with one contact
   *[other] To the contact book with { $n } contacts
  }
import-book-h = Already in the contact book
import-q = { $n ->
    [one] Import 1 user?
   *[other] Import { $n } users?
  }
import-will-new = { $n ->
    [one] One contact will be made.
   *[other] { $n } contacts will be made.
  }
import-will-link = { $n ->
    [one] One will be linked to the contact that has the e-mail address.
   *[other] { $n } will be linked to the contacts that have their e-mail addresses.
  }
import-will-not = { $n ->
    [one] One stays as it is: a contact has the e-mail address, and the rules do not link it by themselves.
   *[other] { $n } stay as they are: contacts have their e-mail addresses, and the rules do not link them by themselves.
  }
import-will-odd = { $n ->
    [one] One of them is no person by the rules (guest, room, disabled account). You chose it, so it comes along.
   *[other] { $n } of them are no people by the rules (guests, rooms, disabled accounts). You chose them, so they come along.
  }
import-only-these = Nobody else is added. Whoever is imported is kept in step from then on. You can undo the import for 30 days.
import-other = The selection or the contact book has changed meanwhile. Please look once more.
import-busy = Something else is under way for this customer. Your selection stays; please wait for its end.
import-ok = { $n ->
    [one] One user imported, { $linked } linked to existing contacts.
   *[other] { $n } users imported, { $linked } linked to existing contacts.
  }
import-findings = { $n ->
    [one] The run has a finding about one person.
   *[other] The run has findings about { $n } people.
  }
import-see-run = See the run
import-see-book = See the contact book
subscribe-title = Subscribe to groups from Microsoft 365
subscribe-text = Subscribed groups become contact groups, and their members come into the contact book by themselves.
subscribe-counts = { $n ->
    [one] One group, { $subscribed } of them subscribed.
   *[other] { $n } groups, { $subscribed } of them subscribed.
  }
subscribe-unread = Nothing was read yet. “Load groups” reads users and groups; it changes nothing in the contact book.
subscribe-groups = Groups in Microsoft 365
subscribe-show-all = Subscribed and others
subscribe-show-subscribed = Subscribed ones only
subscribe-show-free = Only those not subscribed
subscribe-show-ticked = Selected groups only
subscribe-kind = Kind
subscribe-members = Members
subscribe-hidden = hidden
subscribe-hidden-hint = Hidden: the group does not show its members to apps.
subscribe-dynamic = dynamic
group-kind-security = security group
group-kind-mail-security = mail-enabled security group
group-kind-distribution = distribution list
group-kind-microsoft365 = Microsoft 365 group
group-kind-team = team in Teams
subscribe-master = { $n ->
    [one] The one group that exists now
   *[other] All { $n } groups that exist now
  }
subscribe-master-hint = Later groups are offered, not subscribed.
subscribe-one = Subscribe to { $x }
subscribe-is = subscribed
subscribe-will = becomes a contact group
subscribe-will-end = subscription ends
subscribe-ended = subscription ended
subscribe-none-found = No group matches.
subscribe-no-groups = There are no groups in this tenant.
subscribe-save = Save selection …
subscribe-unsaved = { $n ->
    [one] One change is not saved yet
   *[other] { $n } changes are not saved yet
  }
subscribe-as-is = As saved
subscribe-new-n = { $n ->
    [one] Subscribe to one group
   *[other] Subscribe to { $n } groups
  }
subscribe-end-n = { $n ->
    [one] end one subscription
   *[other] end { $n } subscriptions
  }
subscribe-new-text = Subscribed groups become contact groups. Their members belong in the contact book, those who join later too.
subscribe-manual-text = In the mode “by hand” runs add nobody: subscriptions take effect once you switch to “automatic”.
subscribe-end-text = When a subscription ends, the contact group and its contacts stay. They only follow the group no more.
subscribe-plan-text = Nothing in the contact book changes before the next run. You can look at its plan afterwards.
subscribe-line-new = { $x }: subscribe
subscribe-line-end = { $x }: end the subscription
subscribe-other = Selection or groups have changed meanwhile. Please look once more.
subscribe-nothing = The selection is as it was saved.
subscribe-done-new = { $n ->
    [one] Subscribed to one group.
   *[other] Subscribed to { $n } groups.
  }
subscribe-done-ended = { $n ->
    [one] Ended one subscription; contact group and contacts stay.
   *[other] Ended { $n } subscriptions; contact groups and contacts stay.
  }

# Rules
discard = Discard
policy-text = Who belongs in the contact book, what is synchronised, and what happens when somebody leaves. Each change shows its effect before it holds.
policy-all-h = Policy templates
policy-all-text = What all customers take over for as long as they set nothing of their own. Before saving you see for whom a change holds.
policy-all-rules = Look at all rules
policy-preset-h = Preset
policy-for-new = Preset for new customers
policy-new-only = new customers only
policy-as-operator = Same as operator
policy-as-operator-text = The operator's preset and rules hold again; own ones are dropped.
policy-as-operator-now = What the operator has set holds.
policy-preset-own = { $x }, chosen for this customer
policy-preset-inherited = { $x }, from the operator
policy-sheet-run = Synchronisation
policy-sheet-who = Who belongs in?
policy-sheet-link = Linking
policy-sheet-leaving = Leaving
policy-sheet-guard = Deletion guard
policy-sheet-fields = Fields
policy-origin-own = Set for this customer
policy-origin-operator = Taken from operator
policy-origin-preset = From the preset { $x }
policy-origin-all = Set for all customers
policy-origin-none = Decided by the preset
policy-back = Same as operator again
policy-leave-to-preset = Leave to the preset again
policy-unsaved = changed
policy-by-preset = As the preset says
policy-as-preset = As the preset: { $x }
policy-after = after
policy-days = days
policy-schedule-days = At fixed times
policy-schedule-every = At fixed intervals
policy-schedule-off = By hand only
policy-schedule-from = From
policy-schedule-to = to
policy-schedule-times = Times
policy-schedule-minutes = Every so many minutes
policy-scope-everybody = Everybody
policy-scope-some = Only groups and chosen people
policy-scope-idle = This can be chosen once the customer is connected.
policy-scope-groups = { $n ->
    [one] one group subscribed
   *[other] { $n } groups subscribed
  }
policy-scope-chosen = { $n ->
    [one] one person chosen
   *[other] { $n } people chosen
  }
policy-scope-excluded = { $n ->
    [one] one excluded
   *[other] { $n } excluded
  }
policy-now-h = What holds now
policy-aside = What you change is worked out and shown first. Saved, it changes no contact yet: the next run does.
policy-next-run = Next run
policy-no-run = none by itself
policy-own-presets = Customers with a preset of their own
policy-changed-n = { $n ->
    [one] One rule changed, not yet saved
   *[other] { $n } rules changed, not yet saved
  }
policy-look = Show effect …
policy-foot = Nothing is saved before you have seen the effect.
policy-saved = Saved. Nothing has changed in the contact book yet: the next run does that.
policy-saved-all = Saved. Contact books change with the next runs only.
policy-agreement-void = This makes the first plan another one. The approval of the old one is void; the new one waits for you.
policy-same = Nothing differs from before, so there is nothing to save.
policy-effect-h = Effect of your change
policy-effect-sub = Nothing is saved yet.
policy-effect-at = Worked out { $x } from what was read last. Nothing is saved yet.
policy-again = Work out again
policy-rows-h = { $n ->
    [one] One rule changes
   *[other] { $n } rules change
  }
policy-rule = Rule
policy-reach-h = Holds for
policy-seen = As you saw it
policy-is-now = Now
policy-yours = Your change
policy-meanwhile-h = Somebody changed the rules meanwhile
policy-meanwhile = Nothing of yours is saved. Your change still stands here, and the effect starts from how things are now; please compare.
policy-trying-h = The effect is being worked out
policy-busy-h = Something else is under way
policy-busy = Something is under way for this customer. The effect is worked out afterwards; your change stays here.
policy-failed-h = The effect could not be worked out
policy-unread-h = Nothing read yet
policy-unread = Nothing has been read completely from Microsoft 365 yet, so no effect can be worked out. The first plan shows it.
policy-would-nothing = This would change nothing in the contact book
policy-would-remove = { $n ->
    [one] Would remove one contact
   *[other] Would remove { $n } contacts
  }
policy-would-change = { $n ->
    [one] Would cause one change
   *[other] Would cause { $n } changes
  }
policy-would-spare = { $n ->
    [one] One change that is due would be dropped
   *[other] { $n } changes that are due would be dropped
  }
policy-would-groups = { $n ->
    [one] Would change something about contact groups
   *[other] Would cause { $n } changes of contact groups
  }
policy-removed = { $n ->
    [one] would be removed
   *[other] would be removed
  }
policy-held = { $n ->
    [one] one of them held
   *[other] { $n } of them held
  }
policy-left = { $n ->
    [one] would be marked as left
   *[other] would be marked as left
  }
policy-unlinked = { $n ->
    [one] link would be cut
   *[other] links would be cut
  }
policy-new = { $n ->
    [one] would be new
   *[other] would be new
  }
policy-linked = { $n ->
    [one] would be linked
   *[other] would be linked
  }
policy-changed = { $n ->
    [one] would be changed
   *[other] would be changed
  }
policy-later = { $n ->
    [one] would be due later
   *[other] would be due later
  }
policy-spared = { $n ->
    [one] would not be due any more
   *[other] would not be due any more
  }
policy-groups = { $n ->
    [one] One contact group would be created, renamed or cut off.
   *[other] { $n } contact groups would be created, renamed or cut off.
  }
policy-joins = { $n ->
    [one] One membership of a contact group would begin.
   *[other] { $n } memberships of contact groups would begin.
  }
policy-leaves = { $n ->
    [one] One membership of a contact group would end.
   *[other] { $n } memberships of contact groups would end.
  }
policy-leaves-held = { $n ->
    [one] One of them would be held, for its group would lose everybody.
   *[other] { $n } of them would be held, for their group would lose everybody.
  }
policy-anyway = { $n ->
    [one] One change is due anyway.
   *[other] { $n } changes are due anyway.
  }
policy-addresses = Who shares an address by the new rule is shown by the next plan only.
policy-inactive = While synchronisation is off, no run changes anything.
policy-nothing-yet = Saving changes no contact either. The next run does, by itself or by “Sync now”.
policy-then-runs = From then on: { $words } ({ $zone }). The next run would be at { $next }.
policy-then-off = From then on no run starts by itself.
policy-names = Among them { $x }.
policy-pages = Pages
policy-save = Save rules
policy-go-on = Go on editing
policy-save-foot = Saving changes the rules, no contact yet.
policy-heirs-h = { $n ->
    [one] Holds for one customer
   *[other] Holds for { $n } customers
  }
policy-heirs-of = { $n ->
    [one] Of one customer in all. Whoever has a preset or rules of their own keeps them.
   *[other] Of { $n } customers in all. Whoever has a preset or rules of their own keeps them.
  }
policy-heirs-next = After saving, all these customers are compared anew with their next run. Deletion guard and held changes apply as always.
policy-heirs = Customers that take it over
policy-heirs-keys = Takes over
policy-tried-of = { $n } of { $of } customers are worked out. The page loads itself anew.
policy-save-unseen = Save without waiting
policy-heir-waits = being worked out
policy-heir-unread = not read yet
policy-heir-failed = cannot be worked out
policy-heir-nothing = nothing
policy-heirs-unread = { $n ->
    [one] Nobody of one customer was read yet; its first plan shows what it would do there.
   *[other] Nobody of { $n } customers was read yet; their first plans show what it would do there.
  }
policy-reach = { $n ->
    [one] one customer
   *[other] { $n } customers
  }

# CSV import
csv-h = CSV import
csv-text = A table becomes contacts: all at once or none. You see first what becomes of each row.
csv-button = Import CSV
csv-steps = Steps of the import
csv-step-file = File
csv-step-columns = Columns
csv-step-preview = Preview
csv-file = File
csv-file-hint = The first row names the columns, each row below is a contact.
csv-limits = At most { $x } MB and { $n } rows.
csv-not-read-h = This file was not imported
csv-no-file = Please choose a CSV file.
csv-too-large = The file is larger than { $x } MB. Please split it.
csv-gone = The file is no longer at hand: it waits an hour at most. Nothing has changed in the contact book. Please choose it once more.
csv-go-columns = Continue to the columns
csv-how-h = How the file should look
csv-how-excel = Excel: File, Save as, “CSV” or “CSV UTF-8”. Semicolons, commas and tabs are recognised, and so are umlauts from Windows. An export from Outlook or from this contact book fits as well.
csv-how-safe = The file stays on this server until the import is done, for an hour at most. Nothing goes to Microsoft.
csv-template = Download a template
csv-template-file = template-contacts
csv-lately-h = Imports of the last 30 days
csv-when = When
csv-by = By
csv-what = Result
csv-counts = { $new } new, { $changed } changed
csv-undone-word = taken back
csv-columns-h = What do the columns mean?
csv-rows-n = { $n ->
    [one] 1 row
   *[other] { $n } rows
  }
csv-read-as = Read as { $encoding }, separated by { $separator }.
csv-look-h = Please have a look
csv-other-h = Umlauts or columns look wrong? Read it otherwise …
csv-encoding = Encoding
csv-separator = Separator
csv-read-so = Read it so
csv-column = Column
csv-samples = Examples
csv-means = Meaning
csv-means-of = Meaning of { $x }
csv-leave-out = do not import
csv-groups = Contact groups
csv-existing = If the contact is in the contact book already
csv-skip = Leave the row out
csv-skip-hint = The contact stays as it is. It is recognised by the e-mail address, in an export from this contact book by the id.
csv-update = Change the contact
csv-update-hint = It gets what the row says. Empty cells change nothing; what comes from Microsoft 365 or is pinned stays.
csv-beside = Add it all the same
csv-beside-hint = Each row becomes a contact of its own, also with an address that somebody has already.
csv-group = Everybody into this contact group (optional)
csv-group-hint = A group that is there, or a new name. Whoever is left out does not come into it.
csv-other-file = Another file
csv-go-preview = Continue to the preview
csv-preview-h = Preview of the import
csv-preview-n = { $n ->
    [one] 1 contact would be imported
   *[other] { $n } contacts would be imported
  }
csv-nothing-h = There is nothing to import from this file
csv-preview-text = Nothing has been changed yet.
csv-new = New
csv-changed = Changed
csv-same = Unchanged
csv-there = There already
csv-wrong = With errors
csv-wrong-n = { $n ->
    [one] 1 row has errors
   *[other] { $n } rows have errors
  }
csv-wrong-text = Rows with errors are left out whole. Mend them in the table, or download only these rows and import them later.
csv-wrong-show = Show errors
csv-wrong-file = Download rows with errors
csv-errors-file = rows-with-errors
csv-kept-n = { $n ->
    [one] 1 field stays as it is: it comes from Microsoft 365 or is pinned. Its row says which.
   *[other] { $n } fields stay as they are: they come from Microsoft 365 or are pinned. Their rows say which.
  }
csv-row = Row
csv-becomes = Becomes
csv-details = Details
csv-pages = Pages of the preview
csv-leave-out-n = { $n ->
    [one] Leave the row with errors out
   *[other] Leave the { $n } rows with errors out
  }
csv-leave-out-first = There are rows with errors. Please confirm that they are left out, or mend the file.
csv-back-columns = Back to the columns
csv-apply-n = { $n ->
    [one] Import 1 contact
   *[other] Import { $n } contacts
  }
csv-discard = Discard
csv-changed-h = Nothing was imported
csv-changed-text = The contact book has changed since the preview was shown. This is how it looks now; please compare.
csv-import-h = Import of { $x }
csv-done = Done: { $new } new, { $changed } changed.
csv-to-book = Show imported contacts
csv-undo-text = The whole import can be taken back for 30 days. What was changed since stays.
csv-undo-button = Take the import back …
csv-undo-q = Take the import of { $x } back?
csv-undo-removes = { $n ->
    [0] No contact goes to the bin.
    [one] 1 contact goes to the bin and can be restored for 30 days.
   *[other] { $n } contacts go to the bin and can be restored for 30 days.
  }
csv-undo-restores = { $n ->
    [0] No contact was only changed.
    [one] 1 contact gets its former values back.
   *[other] { $n } contacts get their former values back.
  }
csv-undo-parts = { $n ->
    [0] No membership of a contact group ends.
    [one] 1 membership of a contact group ends.
   *[other] { $n } memberships of contact groups end.
  }
csv-undo-changed = Nothing was taken back: the contact book has changed since the question. This is what would happen now.
csv-undo-keeps = { $n ->
    [one] 1 contact stays as it is, wholly or in part:
   *[other] { $n } contacts stay as they are, wholly or in part:
  }
csv-undo-sure = Take the import back
csv-undone = Taken back. New contacts are in the bin, changed ones say again what they said before.
csv-undone-at = Taken back on { $x }

# Why somebody is in the book, and one line of a history taken back
why-h = Why in the book?
why-not-button = Why not in the book?
why-lead = Step by step, from what was last read.
why-who = E-mail address, sign-in name or id
why-button = Explain
why-in = { $x } is in the contact book
why-out = { $x } is not in the contact book
why-known = In Microsoft 365
why-account = Account
why-scope = Scope
why-link = Link
why-contact = Contact
why-pin = Pinned
why-rejection = Rejected or undone
why-hold = Held
why-next = Next run
why-to-contact = To the contact
why-to-bin = To the bin
why-not-connected = This customer is not connected: in the contact book is whoever somebody adds by hand or from a CSV file.
why-by-hand = { $x } is in the contact book and linked to nobody in Microsoft 365. No run changes this contact.
why-in-bin = { $x } is in the bin and linked to nobody in Microsoft 365.
why-nobody = Nobody in Microsoft 365 has “{ $x }”, as far as was last read.
why-ask = Ask Microsoft 365 for { $x }
put-back-short = Put back …
put-back-button = { $x } back to the value before
put-back-q = Put { $field } of { $name } back to the value before?
put-back-now = Now: { $x }
put-back-then = Then: { $x }
put-back-sure = Put the value back
done-put-back = The value from before holds again.

# The operator's app, consent, Microsoft accounts
app-h = Microsoft app
app-stands-h = Your Microsoft app is in place
app-none-h = No Microsoft app yet
app-text = One app registration of yours for all customers: their administrators consent to it once, and nobody has to register an app at the customer's. People sign in with Microsoft by the same app.
app-tenant-hint = Of your own tenant, where the app is registered; a domain will do as well.
app-client-unknown = Your tenant has no such app. Please check the application id.
app-save = Check and save
app-saved-h = It is saved
app-saved = Microsoft accepts the app. From now on you can choose it when you connect a customer.
app-removed = The app is taken out and its secret deleted.
app-remove-ask = Take the app out …
app-remove-h = Take the app out
app-remove-q = Take the Microsoft app out?
app-remove-text = Its secret is deleted here. Nobody signs in with Microsoft any more then. It stays while customers are connected by it.
app-how-h = How to register the app
app-how-new = “App registrations” (German portal: „App-Registrierungen“), “New registration” („Neue Registrierung“)
app-how-kind = “Accounts in any organizational directory”
app-how-kind-text = in the German portal „Konten in einem beliebigen Organisationsverzeichnis“; so other tenants may consent
app-how-redirect = Platform “Web”, these two redirect URIs
app-how-redirect-text = under “Authentication” (German portal: „Authentifizierung“), “Redirect URIs” („Umleitungs-URIs“), letter by letter
connection-by-app = { $x }, the operator's app
connect-own-app = Connect with an app of the customer's instead
connect-own-app-text = Where the customer registers an app of its own, yours is not needed.
consent-h = With your Microsoft app
consent-text = An administrator of the customer consents once at Microsoft. Whoswho gets neither a password nor a secret by that.
consent-tenant = The customer's domain or directory id
consent-tenant-hint = For example muster.de. Only this tenant's consent counts.
consent-tenant-wrong = That is neither a domain nor a directory id. For example: muster.de
consent-account = It takes an account that may consent for the organisation: “Global Administrator” (German portal: „Globaler Administrator“) or “Privileged Role Administrator” („Administrator für privilegierte Rollen“).
consent-button = Consent at Microsoft
consent-renew = Consent anew
consent-link-make = Send a link …
consent-asked-h = Consents asked for
consent-sent = Link made, not opened yet
consent-opened = Link opened
consent-given = Consented
consent-refused = Not consented
consent-taken-back = Taken back
consent-over = Expired
consent-when = { $who }, { $made }; valid until { $until }
consent-take-back = Take the link back
consent-link-h = A link for the customer's administrator
consent-link-text = It is valid until { $x }, for one consent. Nobody needs an account here.
consent-link-word = The link
consent-link-once = You see it only now. A new link makes this one worthless.
consent-link-done = Done
consent-letter-copy = Copy the text
consent-letter-mail = Open as an e-mail
consent-letter-subject = { $customer }: consent for keeping contacts in step
consent-letter =
    Hello,

    we are setting up for { $customer } that its contact book is kept in step with Microsoft 365. Once, we need the consent of an administrator of your organisation (“Global Administrator” or “Privileged Role Administrator”, in German „Globaler Administrator“ or „Administrator für privilegierte Rollen“):

    { $link }

    What is read: names, e-mail addresses, phone numbers, positions, departments, locations, licences and groups. No mails, no files, no calendars; nothing is changed. The link is valid until { $until }, for one consent; you need no account with us. You can withdraw it at any time in the Microsoft Entra admin center under “Enterprise applications” (German portal: „Unternehmensanwendungen“).

    Kind regards
    { $who }
consent-page-h = Asking for consent
consent-page-q = Connect { $x } to its contact book
consent-page-text = { $who } asks for the consent of an administrator of { $tenant }. Whoswho then keeps the contact book in step with Microsoft 365. Nothing is changed in Microsoft 365.
consent-who-h = Which account is needed
consent-go = Continue to Microsoft
consent-revoke = You can withdraw it at any time in the Microsoft Entra admin center under “Enterprise applications” (German portal: „Unternehmensanwendungen“).
consent-done-h = Thank you, that worked
consent-done = Your consent has arrived. Whoswho now checks the connection and reads for the first time. You can close this page.
consent-refused-h = There was no consent
consent-denied = Consent was declined. Nothing has been set up. You can try again.
consent-not-admin = This account may not consent for the organisation. The role “Global Administrator” (German portal: „Globaler Administrator“) or “Privileged Role Administrator” („Administrator für privilegierte Rollen“) is needed. Nothing has been set up.
consent-wrong-account = This account does not belong to the organisation. Please try again with one that does. Nothing has been set up.
consent-wrong-tenant = Another tenant than { $x } has consented. Please try again with an account from there. Nothing has been set up.
consent-other = Microsoft did not take the consent. Nothing has been set up. Please try again.
consent-busy-h = Something else is under way
consent-busy = Something is still running for this customer. Please reload this page in a minute; your consent is not lost.
consent-gone-h = This link is no longer valid
consent-gone = It was used, taken back, has expired, or was begun in another browser. Ask for a new one.
consent-to-connection = To the connection
microsoft-sign-in = Sign in with Microsoft
microsoft-h = Microsoft account
microsoft-text = With your Microsoft account you sign in here without a password.
microsoft-bind = Connect a Microsoft account
microsoft-bound = Connected. You can sign in with Microsoft.
microsoft-end = End the tie to the Microsoft account
microsoft-only = You can end it once you have chosen a password.
microsoft-failed-h = Signing in at Microsoft did not work
microsoft-gone = This way has ended already, or it began in another browser. Please begin again.
microsoft-declined = You went back at Microsoft. Nothing was changed.
microsoft-refused = Microsoft did not take the sign-in. If it stays like that, tell your operator this number.
microsoft-personal = That is a personal Microsoft account. It takes one of your organisation.
microsoft-not-ours = What Microsoft gave back could not be confirmed. Please begin again.
microsoft-unknown = Nobody here has this Microsoft account. Sign in once with a password or a link and connect it in your profile.
microsoft-taken = This Microsoft account is connected to somebody else here already.
microsoft-other = That was another Microsoft account than yours. Please confirm with your own.
proof-microsoft = Confirm with Microsoft
proof-microsoft-text = You then come back and carry out the step once more.
microsoft-back = Back

# Master data
settings-h = Master data
settings-text = Who the customer is, how to reach it, and who is notified.
settings-all-text = Who you are, what customers see of you, and who is notified on your side.
settings-name = Company name
settings-name-missing = Please type a name.
settings-sheet-name = Name and address
settings-sheet-reach = How to reach
settings-sheet-notices = Notices
settings-sheet-note = Remark
settings-to-hint = Separate several addresses by commas.
settings-sheet-numbers = Phone numbers
settings-country-hint = Two letters, such as DE. Where it is empty, the operator's holds, else Germany.
settings-country-operator-hint = Two letters, such as DE. It holds for customers who say none; empty means Germany.
settings-area-hint = Such as 40 or 040. Numbers without an area code then belong there.
settings-extensions-hint = Which numbers are internal, such as 10-89, 100-199.
settings-removed-hint = A mail lists all contacts that a run has removed.
settings-count-hint = The mail then names nobody.
settings-held-hint = When removals or the first plan wait for a decision.
settings-failed-hint = When a run fails, once per cause.
settings-silent-hint = When no run has gone well for too long.
settings-expiry-hint = Before a secret or certificate expires.
settings-link-hint = Stands below every page. Begins with https://
settings-saved = Master data saved.
settings-meanwhile = Somebody changed this meanwhile: “{ $x }”. Your input still stands here; saving again overwrites.
settings-language-usual = Same as operator
settings-german = German
settings-english = English
settings-logo = Company logo
settings-logo-empty = No logo yet.
settings-logo-file = Picture file
settings-logo-hint = PNG or JPEG, at most 512 kB; what cannot be seen, such as where it was taken, is not stored.
settings-logo-put = Set logo
settings-logo-saved = Logo saved.
settings-logo-none = Please choose a picture first.
settings-logo-large = The picture is too large: at most 512 kB, and 4000 pixels a side.
settings-logo-unreadable = This is no readable picture. PNG and JPEG are possible.
settings-logo-remove = Remove logo
settings-logo-gone = Logo removed.
settings-zone-h = Time zone
settings-zone = Schedule and times are meant in it. It is changed under
settings-helpers = Who looks after you
foot-run-by = run by { $x }
foot-imprint = Imprint of { $x }
foot-privacy = Privacy at { $x }
consent-not-yours = You cannot connect this tenant here. Ask somebody who looks after all customers.
consent-not-taken = The consent came back, but Microsoft does not let the app in yet. Please try again in some minutes; if that does not help, look under “Microsoft app” whether its secret still holds.
microsoft-time = The clocks of this server and of Microsoft differ. Ask your operator to set it, then try again.
microsoft-away = Microsoft could not be asked just now. Please try again in some minutes.

# Many customers at once, and one of them at a glance
fleet-find = Customer or domain
fleet-view-all = Any state
fleet-view-held = Waiting for you
fleet-view-silent = Without a good run
fleet-view-access = Access ends soon
fleet-view-missing = Permission missing
fleet-view-findings = With findings
fleet-view-paused = On hold after errors
fleet-view-good = All good
fleet-view-off = Not connected or switched off
fleet-tile-access = { $n ->
    [one] access expires within 30 days or has expired
   *[other] accesses expire within 30 days or have expired
  }
fleet-tile-missing = with a permission missing
fleet-strip = 14 days
fleet-no-changes = none
fleet-held-of = { $n ->
    [one] One held change at { $x }
   *[other] { $n } held changes at { $x }
  }
fleet-findings-of = { $n ->
    [one] One finding about { $x }
   *[other] { $n } findings about { $x }
  }
findings-short = Findings
strip-said = In 14 days: { $x }
strip-nothing = No change in 14 days
strip-changes = { $n ->
    [one] one day with changes
   *[other] { $n } days with changes
  }
strip-held = { $n ->
    [one] one day with something held
   *[other] { $n } days with something held
  }
strip-failed = { $n ->
    [one] one day with a failure
   *[other] { $n } days with failures
  }
todo-more = { $n ->
    [one] Show one more
   *[other] Show { $n } more
  }
todo-ended = Access has expired
todo-ended-since = nothing is synchronised since { $x }, contacts stay as they are
todo-missing = Permission missing: { $x }
todo-paused = { $n ->
    [one] On hold until { $until } after one failed attempt
   *[other] On hold until { $until } after { $n } failed attempts
  }
todo-expiring = { $n ->
    [0] Access expires today
    [one] Access expires in one day
   *[other] Access expires in { $n } days
  }
todo-expiring-on = on { $x }
view-connection = Open connection
state-ended = Access expired
state-missing = Permission missing
state-expiring = Access expires
state-nobody = Nobody chosen yet
state-asleep = Switched off
access-app-ends = operator's app, { $x }
access-by-app = by the operator’s app
granted-word = Permissions
granted-unknown = Permissions not known
granted-ok = Permissions as needed
granted-fine = as needed
granted-missing = { $n ->
    [one] one permission missing
   *[other] { $n } permissions missing
  }
granted-many = { $n ->
    [one] one permission too many
   *[other] { $n } permissions too many
  }
granted-without = { $n ->
    [one] one optional permission missing
   *[other] { $n } optional permissions missing
  }
renew-failed-h = Renewing failed
renew-failed-text = Microsoft did not accept the new details. The connection goes on as it was.
granted-h = The app’s permissions
sort-word = Order
sort-by = Sorted: { $x }
sort-reversed = Sorted: { $x }, reversed
granted-since = (since { $x })
way-word = Way
way-customer = the customer’s own app
way-operator = the operator’s app
chart-h = Runs of the last 30 days
chart-range = { $from } to { $to }
chart-runs = { $n ->
    [one] one run with a result
   *[other] { $n } runs with a result
  }
chart-failed = { $n ->
    [0] none failed
    [one] one failed
   *[other] { $n } failed
  }
chart-most = { $n ->
    [one] Changes a day: most on { $day }, one.
   *[other] Changes a day: most on { $day }, { $n }.
  }
chart-nothing = Changes a day: none.
chart-held = { $n ->
    [one] One change is held today.
   *[other] { $n } changes are held today.
  }
chart-table = The figures are in the table below.
chart-lasted = Duration: the longest run took { $x }.
chart-lasted-h = Duration, longest run of the day in seconds
chart-removed = removed (below the line)
chart-as-table = As a table
chart-day = Day
chart-failed-word = failed
chart-longest = longest run
today-word = today
overview-live = You can watch it.
overview-watch = Watch
overview-nobody-h = Nobody is chosen for the book yet
overview-nobody = The connection stands. Say who belongs in the book: everybody, certain groups, or single people. Only then synchronisation begins.
overview-nobody-button = Choose the scope
plan-behind-h = Something has changed since the last run
plan-behind = Scope, rules or contacts are others. “Read again” shows what follows.
plan-released-h = { $n ->
    [one] One change is released and waits for the next run
   *[other] { $n } changes are released and wait for the next run
  }
overview-asleep-h = Synchronisation is switched off
overview-asleep = The connection stands; the contact book stays as it is until somebody switches synchronisation on again in the rules.
overview-ended = Nothing is synchronised. Contacts stay as they are until you renew the access.
overview-missing = Without it not everything is read. Nobody is removed while it is missing.
overview-silent = No run was tried: is the service running?
overview-paused = Runs fail; the schedule waits before it tries again. What is behind it stands with the runs.
overview-expiring = After that nothing is synchronised any more; contacts stay as they are.
overview-off = Connect Microsoft 365, or import a CSV file. By hand works as well.
overview-subscribed = { $n ->
    [one] one subscribed
   *[other] { $n } subscribed
  }
overview-binned = in the bin
overview-person = Contact person
plan-find = Find changes
plan-find-hint = Person or group
plan-field = Field
plan-any-field = Any field
plan-none-found = No change matches.
plan-show-all = Show all changes
live-patience = Microsoft asks for patience. Continuing at { $x }.
live-no-answer = Microsoft gave no usable answer. Next attempt at { $x }.
live-requests = { $n ->
    [one] request to Microsoft
   *[other] requests to Microsoft
  }
live-waited = waited for Microsoft
log-h = What is happening
log-past-h = What happened
log-order = newest first
log-figures = So far
log-reads = Reading begins
log-read = Read: { $x }
log-plans = Comparing begins
log-planned = Compared: { $x }
log-applies = Applying begins
log-applied = Applied: { $x }
log-broken-h = If something comes in between
log-broken = If the server stops or the line breaks, the next run goes on at the same place. Nothing is written twice or by half.
live-reads-all = Reads all users and groups
live-reads-changes = Reads what has changed

# Mails
mail-h = E-mail
mail-text = By which way Whoswho sends notices and links, and what became of each mail.
mail-way = Way
mail-way-smtp = Mail server (SMTP)
mail-way-smtp-text = Your own mail server, or your provider's.
mail-way-graph = Through Microsoft 365
mail-way-graph-text = From a mailbox of your own tenant, through the operator's app.
mail-no-app = The operator's app has to be added first.
mail-sender = Sender address
mail-sender-hint = With Microsoft 365 this is the address of the mailbox.
mail-sender-name = Sender name
mail-host = Server name
mail-security = Encryption
mail-starttls = STARTTLS (mostly port 587)
mail-tls = TLS (mostly port 465)
mail-clear = none, within your own network only (port 25)
mail-port = Port number
mail-user = User name
mail-user-hint = Empty if the server wants no sign-in.
mail-password-stays = Leave empty to keep the stored password.
mail-root-h = Certificate authority of your own
mail-root = Certificate (PEM)
mail-root-hint = Needed only if the mail server has a certificate made in-house.
mail-sender-wrong = This is no e-mail address. One looks like whoswho@example.com
mail-name-wrong = The sender name is too long.
mail-host-wrong = Please type the name of the mail server, such as mail.example.com
mail-port-wrong = The port is a number from 1 to 65535.
mail-clear-password = A password cannot go unencrypted. Please choose STARTTLS or TLS.
mail-root-wrong = A certificate begins with -----BEGIN CERTIFICATE-----
mail-user-missing = A password needs a user name.
mail-saved-h = Saved
mail-saved = What waits is tried now. It is best to send yourself a test mail.
mail-removed-h = Mail settings removed
mail-removed = New mails wait until there is a way again.
mail-again-h = The mail is being sent once more
mail-test-h = Test mail
mail-test-to = Recipient
mail-test-send = Send test mail
mail-test-sent = Test mail sent to { $x }
mail-test-sent-text = The server took it. If it does not arrive, look into the spam folder.
mail-test-failed = The test mail did not go out
mail-server-said = In detail:
mail-remove-h = Remove the way
mail-remove-text = Server and password are forgotten. Mails then wait for five days at most.
mail-remove = Remove mail settings
mail-graph-h = Microsoft 365 as the way
mail-graph-text = Give the operator's app the right to send from exactly this mailbox: in Exchange the role “Application Mail.Send”, limited to the mailbox. With the permission Mail.Send in Entra it could send from every mailbox.
mail-waits-n = { $n ->
    [one] 1 mail waits
   *[other] { $n } mails wait
  }
mail-waits-text = Put in by what mails leave. After five days they are not sent any more.
mail-list-h = Sent and waiting
mail-waiting-n = { $n ->
    [0] Nothing waits
    [one] 1 waits
   *[other] { $n } wait
  }
mail-failed-n = { $n ->
    [one] 1 failed
   *[other] { $n } failed
  }
mail-empty = No mails yet. Who is told of what is set in the master data.
mail-what = E-mail
mail-to = To
mail-customer = Customer
mail-state = State
mail-waiting = waits
mail-later = tried again: { $x }
mail-sending = being sent
mail-sent = sent
mail-failed = failed
mail-unclear = not known whether sent
mail-again = Send again

bin-of-plan = { $n ->
    [0] None of the contacts of this removal is in the bin any more.
    [one] The contact of this removal is ticked.
    [200] 200 contacts of this removal are ticked; once they are brought back, the next ones follow.
   *[other] { $n } contacts of this removal are ticked.
  }
forgotten-h = Forgotten password
forgotten-text = Type the address that you sign in with. You get a link by which you choose a new password.
forgotten-send = Send link
forgotten-done-h = Please look into your mailbox
forgotten-done = If { $x } has an account, a link is on its way. It works once, within an hour. If nothing arrives, look into the spam folder, or ask whoever looks after Whoswho.
forgotten-none = No mails can be sent from here. Please ask whoever looks after Whoswho: they can give you a link.
staff-mail = Mail link
staff-mailed = A link is on its way to { $x }. It works once, within three days; links before it work no more.
consent-mail-h = Mail it from here
consent-mail-text = The mail holds a new link; the one before it works no more then.
consent-mail-to = Recipient
consent-mail-language = Language of the mail
consent-mail-send = Send mail
consent-mailed = The mail to { $x } is on its way.
consent-mail-wrong = Please type an e-mail address.

# Audit log and system
audit-sign-in = signed in
audit-profile-password = changed the own password
audit-profile-sessions-end = ended an own session
audit-profile-microsoft = bound the own account to Microsoft
audit-profile-microsoft-end = unbound the own account from Microsoft
audit-customers-add = added a customer
audit-staff-add = added an account
audit-staff-link = made a sign-in link
audit-staff-mail = mailed a sign-in link
audit-staff-edit = changed an account
audit-staff-remove = removed an account
audit-app = put in the operator's app
audit-app-remove = removed the operator's app
audit-c-plan-hold = held changes
audit-c-plan-release = released what was held
audit-c-plan-reject = rejected changes
audit-c-run = started a run
audit-c-live-cancel = cancelled a run
audit-c-connection = entered access to Microsoft 365
audit-c-connection-consent = asked for consent
audit-c-connection-link = made a link for consent
audit-c-connection-link-mail = mailed a link for consent
audit-c-connection-link-end = took back a link for consent
audit-c-connection-ends = noted the last day of the access
audit-c-connection-end = ended the connection
audit-c-import = imported users
audit-c-import-mode = switched the way of importing
audit-c-import-scope = changed the scope by hand
audit-c-import-scope-everybody = said whether everybody is in scope
audit-c-remove = removed the customer
audit-c-groups-link = tied a contact group to a group in Microsoft 365
audit-c-kept-out-keep = kept somebody out
audit-c-import-groups = changed subscribed groups
audit-undone-run = Run
audit-undone-since = All since
audit-c-undo = undid something
audit-c-book-add = added a contact
audit-c-book-many = changed several contacts
audit-c-book-edit = changed a contact
audit-c-book-delete = put a contact into the bin
audit-c-book-unpin = unpinned a value
audit-c-book-hold = held a contact
audit-c-book-let-go = released a person
audit-c-book-link = linked a contact
audit-c-book-unlink = unlinked a contact
audit-c-book-merge = merged two contacts
audit-c-book-erase = erased a person
audit-c-book-put-back = put back a former value
audit-c-bin-restore = brought contacts back from the bin
audit-c-groups-add = added a contact group
audit-c-groups-rename = renamed a contact group
audit-c-groups-delete = deleted a contact group
audit-c-policy-save = changed the customer's rules
audit-policy-save = changed the rules of all
audit-c-csv-apply = imported a CSV file
audit-c-csv-undo = took back a CSV import
audit-settings = changed the operator's master data
audit-settings-logo = removed the operator's logo
audit-settings-logo-put = set the operator's logo
audit-mail = changed the mail settings
audit-mail-remove = removed the mail settings
audit-mail-again = sent a mail again
audit-c-settings = changed the customer's master data
audit-c-settings-logo = removed the customer's logo
audit-c-settings-logo-put = set the customer's logo
audit-c-kept-out-let-in = let somebody in again
audit-system-backup = downloaded a backup
audit-h = Audit log
audit-text = Who did what when, on the pages and by commands. Entries stay for a year.
audit-who = Who
audit-what = What
audit-changes = Before → after
audit-when = When
audit-find = Person or customer
audit-find-button = Search
audit-empty = No entry fits.
audit-older = Older entries
audit-command = Command
system-h = System health
system-text = How Whoswho itself is doing.
system-health = Health
system-version = Program version
system-database = Database
system-engine-sqlite = SQLite, a file on this machine
system-engine-postgres = PostgreSQL server
system-customers = Customers
system-contacts = Contacts
system-keys-h = Keys
system-keys-text = Secrets and passwords in the database are sealed with them. Without its key a secret is lost: keep a copy apart from the backup.
system-key-newest = seals what is new
system-key-older = opens what is older
system-key-missing = missing
system-key-n = { $n ->
    [0] no value
    [one] one value
   *[other] { $n } values
  }
system-key-rotate = A new key: whoswho key rotate
system-backup-h = Backup
system-backup-last = Last backup: { $x }
system-backup-never = There was no backup so far.
system-backup-text = The whole database as one file, also while runs are under way. The key is not in it; personal data are.
system-backup-button = Back up now
system-schedule-h = Runs and schedule
system-schedule-next = Next run
system-schedule-none = Nothing is scheduled.
system-under-way = Under way
system-nothing-under-way = Nothing is under way.
system-alarms-n = { $n ->
    [0] Runs go well at every customer.
    [one] No run goes well at one customer.
   *[other] No run goes well at { $n } customers.
  }
system-mail-none = There are no mail settings: notices wait.
system-mail-ok = Mail settings are there, and no mail waits.
system-mail-failed-n = { $n ->
    [one] One mail failed.
   *[other] { $n } mails failed.
  }
system-mail-old = Mails have been waiting since { $x }.
system-database-ok = The database answers.
system-keys-ok = All keys are there.
system-keys-missing = A key is missing: some of the secrets cannot be opened.
system-backup-old = The last backup is older than a week.
system-backup-fresh = There is a backup of a week at most.
system-schedule-still = The schedule stands still: runs are overdue. Does whoswho serve run?
system-schedule-ok = The schedule works.

# Who belongs in the book
scope-h = Scope
scope-text = Who belongs in the book and who does not. Nothing changes in the book here; the next run plans what follows.
scope-who-h = In scope are
scope-everybody-on = Everybody who counts as a person by the rules
scope-everybody-off = Not everybody: only members of subscribed groups and whoever is chosen by hand
scope-everybody-to-on = Take everybody in …
scope-everybody-to-off = No longer everybody …
scope-everybody-on-q = Take everybody of Microsoft 365 into the scope?
scope-everybody-on-text = Whoever counts as a person by the rules then belongs in the book, also who joins later. Whoever is excluded or kept out stays out.
scope-everybody-on-sure = Take everybody in
scope-everybody-on-done = Everybody is in scope now.
scope-everybody-off-q = Take no longer everybody into the scope?
scope-everybody-off-text = Then only members of subscribed groups belong in it, and whoever is chosen by hand. What becomes of the others’ contacts is for the rules to say.
scope-everybody-off-sure = No longer everybody
scope-everybody-off-done = No longer is everybody in scope.
scope-groups-n = { $n ->
    [0] No subscribed group
    [one] The members of one subscribed group
   *[other] The members of { $n } subscribed groups
  }
scope-to-groups = Choose groups
scope-manual = Mode “by hand”: runs add nobody but who is chosen by hand all the same.
scope-kept-out-n = { $n ->
    [one] One person is kept out after an erasure or objection
   *[other] { $n } people are kept out after an erasure or objection
  }
scope-to-kept-out = Look at who is kept out
scope-by-hand-h = Said by hand
scope-chosen-n = { $n } chosen
scope-excluded-n = { $n } excluded
scope-all-n = All { $n } in Microsoft 365
scope-said = Said of them
scope-is-chosen = chosen by hand
scope-is-excluded = excluded by hand
scope-by-rules = by the rules
scope-gone = no longer in Microsoft 365
scope-choose = Choose
scope-exclude = Exclude
scope-clear = Leave to the rules
scope-nobody-chosen = Nobody is chosen by hand.
scope-nobody-excluded = Nobody is excluded by hand.
scope-look-all = Look in Microsoft 365
scope-none-ticked = Nobody was ticked.
scope-chosen-done = { $n ->
    [one] One person chosen.
   *[other] { $n } people chosen.
  }
scope-excluded-done = { $n ->
    [one] One person excluded. No run creates a contact of theirs; what becomes of one that is there, the rules say (“No longer in scope”).
   *[other] { $n } people excluded. No run creates contacts of theirs; what becomes of those that are there, the rules say (“No longer in scope”).
  }
scope-cleared-done = { $n ->
    [one] The rules decide about one person again.
   *[other] The rules decide about { $n } people again.
  }
delete-exclude-h = So that no run creates the contact again
delete-exclude = Exclude the person from the scope

# What the script says
script-chosen = # selected
script-copied = Copied
script-copy = Please select and copy
linked-or-not = Linked or not
groups-find = Find a contact group
contact-groups-n = { $n ->
    [0] No contact group
    [one] One contact group
   *[other] { $n } contact groups
  }
groups-none-found = No contact group has such a name.
link-word = Link

# The end of a customer
customer-remove-h = Remove customer
customer-remove-hint = With book, connection and history. This cannot be undone.
customer-remove-ask = Remove customer …
customer-remove-q = Remove { $x }?
customer-remove-text = { $n ->
    [0] The book is empty.
    [one] One contact goes with its history and all settings of this customer.
   *[other] { $n } contacts go with their history and all settings of this customer.
  }
customer-remove-for-good = This is for good: only a backup brings the customer back. The accounts of its people go as well.
customer-remove-consent = The consent at Microsoft 365 lasts until somebody removes the app there.
customer-remove-type = Type the short name to confirm: { $x }
customer-remove-wrong = That is not the short name. It is { $x }.
customer-remove-sure = Remove for good
customer-removed = The customer is removed.

# Groups that stand for groups of the tenant
group-link = Tie
group-link-q = Which group of Microsoft 365 does { $x } stand for?
group-link-text = The group of Microsoft 365 is subscribed with it: its members belong in the book and in this contact group, which takes its name from then on.
group-link-stays = Whoever is in the contact group already stays in it.
group-link-which = Name or id of the group in Microsoft 365
group-link-sure = Tie to it
group-link-none = No group in Microsoft 365 is called “{ $x }”.
group-link-taken = The contact group “{ $x }” stands for this group already. Delete that one first.
group-link-already = This contact group stands for a group of Microsoft 365 already.
group-link-several = Several groups are called so. Please type the id.
done-group-linked = The group follows its group in Microsoft 365 from now on. The next run brings it in step.

# Back to a time
back-to-h = Back to an earlier state
back-to-text = Undoes what runs did since a time. What people have typed since stays. You first see what would change.
back-to-when = State of
back-to-zone = By the clock of the time zone { $x }
back-to-wrong = Please choose a time in the past.
back-to-look = See what would change

# Kept out before there is a contact
keep-out-h = Keep somebody out who is not in the book
keep-out-hint = After an objection, for example. Whoever has a contact is erased with it.
keep-out-who = E-mail address, sign-in name or id in Microsoft 365
keep-out-ask = Keep out …
keep-out-q = Keep this person out?
keep-out-text = Only the id is kept; everything else that was read of them is deleted.
keep-out-sure = Keep out
keep-out-nobody = Nobody in Microsoft 365 is known by that. Read the users again if the person has only just joined.
keep-out-whom = Please say who is to be kept out.
done-kept-out = The person is kept out. No run creates a contact for them.

# What is stored of a person
data-account = Kind of account
data-member = member
data-guest = guest
data-enabled = Account enabled
data-licence = Licence
data-unlicensed = none
data-mailbox = with a mailbox
data-without-mailbox = without a mailbox
data-products = Products
data-groups = Groups in Microsoft 365
