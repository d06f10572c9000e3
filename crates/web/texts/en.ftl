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
link-text = This link signs you in once. After that it no longer works.
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
look-h = Language and appearance
language-label = Language
language-browser = Like the browser
password-h = Change password
password-current = Current password
password-current-wrong = This is not your current password.
password-new = New password
password-ends-sessions = This signs out all your other devices.
password-change = Change password
sessions-h = Signed-in devices
session-browser = Browser
session-started = Signed in
session-seen = Last used
session-this = this device
session-end = Sign out

# Errors
error-404 = This page does not exist, or no longer.
error-404-text = Check the address, or begin at the start page.
error-403 = Your role may not do this.
error-403-text = This needs one of these roles: { $x }. Whoever owns this installation can grant it.
error-500 = This is our fault.
error-500-text = Nothing was changed. Please quote { $x } if you ask.
error-db = The database is unreachable right now.
error-db-text = Nothing is lost, and your phones go on working. Please reload the page in a minute.
error-crowded = A great many are signing in just now.
error-crowded-text = Please try again in a few seconds.
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
fleet-tile-paused = on hold after errors
fleet-tile-off = not connected or switched off
todo-h = Look at first
todo-sub = By urgency; what is solved vanishes by itself.
todo-more = { $n ->
    [one] and one more; the list below has all customers
   *[other] and { $n } more; the list below has all customers
  }
todo-silent = No good run since { $x }
todo-failed = Run failed: { $x }
todo-unreadable = Stored settings are damaged; no run since { $x }
todo-held = { $n ->
    [one] One change is held
   *[other] { $n } changes are held
  }
todo-first-plan = The first plan is waiting for you
view-runs = View runs
view-customer = Open customer
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
not-connected = Not connected, kept by hand
not-connected-text = This customer is not connected to Microsoft 365. Its contact book is kept by hand.
last-good = last good run { $x }
tenant-word = Tenant
since-word = Since
held-text = Until you decide, everything in the contact book stays as it was. “whoswho holds” shows what it is about.
first-plan-text = Nothing has been changed yet. “whoswho plan” shows what would happen, “whoswho sync” applies it.
latest-runs = Latest runs
all-runs = All runs
contacts-word = contacts
from-365-long = from Microsoft 365
groups-word = groups
rules-h = Rules

# Runs
runs-h = Runs
runs-text = The last 200, newest first. Runs with nothing to do are not listed.
runs-empty = No run yet.
run-word = Run
run-number = Number { $x }
run-kind = Kind
run-end = Result
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
book-empty = The contact book is empty.
book-none-found = Nobody by that name. Former names and numbers were searched, too.
name-word = Full name
phone-word = Phone
origin-word = Origin
by-hand = by hand
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
values-h = Details
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
field-business-phones = Business phone
field-site = Site

# Searches in the bar, beside those of the page
quick-search = Quick search
go-to-customer = Go to a customer

# The book
of-them-linked = { $n ->
    [one] one of them linked to Microsoft 365
   *[other] { $n } of them linked to Microsoft 365
  }
views-word = Views
view-all = All
view-changed = Changed lately
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
