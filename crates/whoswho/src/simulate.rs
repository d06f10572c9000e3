//! The simulated Microsoft 365 on its own: for trying every command without a tenant.
//!
//! The rule: what it prints works when pasted. It listens on loopback only, client secrets go into files that only their
//! owner reads, and never to the terminal.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use m365sim::{Nasty, Server, ServerOptions, TenantHandle, TenantSpec, World};
use serde::Serialize;
use tokio::signal::unix::{SignalKind, signal};

use crate::exit::{self, usage};
use crate::out::{self, Form};
use crate::progress;
use crate::texts::{many, pick, say};

/// What `whoswho simulate` takes.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Args {
    /// Port on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// The same seed makes up the same companies
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Employees of each company, up to 500,000; awkward accounts come on top
    #[arg(long, default_value_t = 200, value_parser = employees)]
    users: usize,
    /// Groups of each company (default: one for twenty employees)
    #[arg(long)]
    groups: Option<usize>,
    /// Memberships of each company (default: one for each employee)
    #[arg(long)]
    memberships: Option<usize>,
    /// How many companies
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    tenants: u16,
    /// How many milliseconds every answer takes
    #[arg(long, default_value_t = 0)]
    latency_ms: u64,
    /// Enforce Microsoft's documented request limits
    #[arg(long)]
    limits: bool,
    /// Leave out what breaks naive clients: empty pages, split groups, replays, no order
    #[arg(long)]
    calm: bool,
    /// Folder for the client secrets (default: a fresh one, removed at the end)
    #[arg(long, value_name = "DIR")]
    secrets: Option<PathBuf>,
    /// PEM file with a certificate that the app of each company gets besides its secret; may be repeated. One that holds the
    /// key as well is used by the printed commands
    #[arg(long, value_name = "FILE")]
    certificate: Vec<PathBuf>,
    /// One JSON document instead of lines to paste
    #[arg(long)]
    json: bool,
}

/// The most employees that a company is made up with. Everybody is kept in memory, and larger ones nobody has measured.
const MOST_EMPLOYEES: usize = 500_000;

/// How many employees a simulated company has.
pub(crate) fn employees(text: &str) -> Result<usize, String> {
    let wrong = || {
        say!(
            "it takes a whole number up to {MOST_EMPLOYEES}; larger companies are not simulated",
            "möglich ist eine ganze Zahl bis {MOST_EMPLOYEES}; größere Firmen werden nicht simuliert"
        )
    };
    text.parse().ok().filter(|n| *n <= MOST_EMPLOYEES).ok_or_else(wrong)
}

/// The document of `simulate --json`.
#[derive(Debug, Serialize)]
struct Simulation {
    login_url: String,
    graph_url: String,
    /// Where one says what happens there (`docs/rehearse.md`).
    control_url: String,
    tenants: Vec<Connectable>,
}

/// How to connect to one company.
#[derive(Debug, Serialize)]
struct Connectable {
    name: String,
    domain: String,
    tenant_id: String,
    client_id: String,
    client_secret_file: PathBuf,
    /// The commands that connect it.
    commands: [String; 2],
}

/// Serves until Ctrl-C or SIGTERM.
pub(crate) async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let certificates = certificates(&args.certificate)?;
    let with_key = certificates.iter().find(|one| one.has_key).map(|one| one.file.as_path());
    let world = World::new(args.seed);
    let busy = progress::busy(pick("making up the company", "die Firma wird ausgedacht"));
    let companies: Vec<(String, TenantHandle)> = (1..=usize::from(args.tenants))
        .map(|number| {
            let spec = spec(&args, number);
            busy.at(&made_up(&spec.name, args.users));
            let tenant = world.add_tenant(&spec);
            behave(&args, &tenant);
            register(&certificates, &tenant)?;
            Ok((spec.name, tenant))
        })
        .collect::<anyhow::Result<_>>()?;
    drop(busy);
    let options = ServerOptions { port: args.port, ..ServerOptions::default() };
    let server = Server::start(&world, &options).with_context(|| {
        say!(
            "cannot listen on 127.0.0.1:{}; is the port taken?",
            "127.0.0.1:{} lässt sich nicht öffnen; ist der Port belegt?",
            args.port
        )
    })?;
    let folder = secrets_folder(args.secrets.as_deref())?;
    let _gone_at_the_end = args.secrets.is_none().then(|| Fresh(folder.clone()));
    // Heard from here on, so that no folder is left behind.
    let (mut terminated, mut interrupted) =
        (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let tenants = companies
        .into_iter()
        .map(|(name, tenant)| describe(name, &tenant, &server, (&folder, with_key)))
        .collect::<anyhow::Result<_>>()?;
    let control_url = format!("{}/_sim", server.graph_url().trim_end_matches('/'));
    let (login_url, graph_url) = (server.login_url(), server.graph_url());
    let simulation = Simulation { login_url, graph_url, control_url, tenants };
    let form = if args.json { Form::Json } else { Form::Text };
    out::answer(form, &simulation, text);
    out::note(pick("The simulation runs until Ctrl-C.", "Die Simulation läuft bis Strg-C."));
    tokio::select! {
        _ = interrupted.recv() => {}
        _ = terminated.recv() => {}
    }
    Ok(ExitCode::SUCCESS)
}

/// What is done while a large company is made.
pub(crate) fn made_up(name: &str, employees: usize) -> String {
    let people = many(employees as u64, ["person", "people"], ["Person", "Personen"]);
    say!("making up {name}: {people}", "{name} entsteht: {people}")
}

fn spec(args: &Args, number: usize) -> TenantSpec {
    let nth = if number == 1 { String::new() } else { number.to_string() };
    let usual = TenantSpec::of(&format!("muster{nth}.example"), args.users);
    let name = if number == 1 { usual.name.clone() } else { format!("Muster {number} GmbH") };
    TenantSpec {
        name,
        groups: args.groups.unwrap_or(usual.groups),
        memberships: args.memberships.unwrap_or(usual.memberships),
        ..usual
    }
}

fn behave(args: &Args, tenant: &TenantHandle) {
    tenant.faults(|faults| faults.latency_ms = args.latency_ms);
    if args.limits {
        tenant.enforce_limits();
    }
    if args.calm {
        tenant.nasty(|nasty| *nasty = Nasty::calm());
    }
}

/// A certificate's file.
struct Certificate {
    file: PathBuf,
    pem: Vec<u8>,
    /// Whether its private key lies there too, so that `connect` takes it.
    has_key: bool,
}

fn certificates(files: &[PathBuf]) -> anyhow::Result<Vec<Certificate>> {
    let read = |file: &PathBuf| {
        let pem = fs::read(file).and_then(|pem| Ok((pem, file.canonicalize()?)));
        let (pem, file) = pem
            .with_context(|| say!("reading {}", "beim Lesen von {}", file.display()))
            .map_err(|e| usage(exit::text_of(&e)))?;
        let has_key = str::from_utf8(&pem).is_ok_and(|pem| graph::CertificateKey::from_pem(pem).is_ok());
        Ok(Certificate { file, pem, has_key })
    };
    files.iter().map(read).collect()
}

/// The app gets the public part of each, as an administrator uploads it.
fn register(certificates: &[Certificate], tenant: &TenantHandle) -> anyhow::Result<()> {
    for Certificate { file, pem, .. } in certificates {
        tenant.add_certificate(pem).ok_or_else(|| {
            usage(say!(
                "{} holds no certificate with an RSA key; it takes one as PEM",
                "{} enthält kein Zertifikat mit RSA-Schlüssel; gebraucht wird eines als PEM",
                file.display()
            ))
        })?;
    }
    Ok(())
}

/// A folder of this simulation's own: its secrets open nothing once it has ended.
struct Fresh(PathBuf);

impl Drop for Fresh {
    fn drop(&mut self) {
        // What cannot be removed lies where the system tidies up itself.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The given folder, or a fresh one that only its owner enters.
fn secrets_folder(given: Option<&Path>) -> anyhow::Result<PathBuf> {
    let fresh = || std::env::temp_dir().join(format!("whoswho-simulate-{}", uuid::Uuid::new_v4().simple()));
    let folder = given.map_or_else(fresh, Path::to_owned);
    let made = DirBuilder::new().recursive(true).mode(0o700).create(&folder);
    made.with_context(|| {
        say!("the folder {} cannot be made", "der Ordner {} kann nicht angelegt werden", folder.display())
    })?;
    // The printed command must work from anywhere.
    folder.canonicalize().with_context(|| {
        say!("the folder {} cannot be read", "der Ordner {} kann nicht gelesen werden", folder.display())
    })
}

fn describe(
    name: String,
    tenant: &TenantHandle,
    server: &Server,
    (folder, with_key): (&Path, Option<&Path>),
) -> anyhow::Result<Connectable> {
    let slug = tenant.domain().split('.').next().unwrap_or_default().to_owned();
    let client_secret_file = folder.join(format!("{slug}.secret"));
    write_secret(&client_secret_file, &tenant.client_secret()).with_context(|| {
        say!(
            "the secret cannot be written to {}",
            "das Geheimnis kann nicht nach {} geschrieben werden",
            client_secret_file.display()
        )
    })?;
    let add = format!("whoswho customer add {slug} --name {}", quoted(&name));
    let (option, file) =
        with_key.map_or(("--client-secret-file", &*client_secret_file), |file| ("--certificate", file));
    let connect = format!(
        "whoswho connect {slug} --tenant-id {} --client-id {} {option} {} --login-url {} --graph-url {}",
        tenant.id(),
        tenant.client_id(),
        quoted(&file.display().to_string()),
        server.login_url(),
        server.graph_url(),
    );
    Ok(Connectable {
        name,
        domain: tenant.domain().to_owned(),
        tenant_id: tenant.id(),
        client_id: tenant.client_id(),
        client_secret_file,
        commands: [add, connect],
    })
}

/// A new file of mode 0600. One from an earlier simulation makes way, whatever its rights or target.
fn write_secret(path: &Path, secret: &str) -> std::io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(secret.as_bytes())
}

/// A word of a shell's command line.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-".contains(c);
    if word.chars().all(plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

fn text(simulation: &Simulation) -> String {
    let mut lines = vec![say!(
        "Microsoft 365 is simulated at {}. To connect:",
        "Microsoft 365 wird simuliert unter {}. Zum Verbinden:",
        simulation.graph_url
    )];
    for tenant in &simulation.tenants {
        lines.push(format!("\n# {} ({})\n{}", tenant.name, tenant.domain, tenant.commands.join("\n")));
    }
    lines.push(say!(
        "\nWhat happens there is said to {} (docs/rehearse.md).",
        "\nWas dort geschieht, sagt man {} (docs/rehearse.md).",
        simulation.control_url
    ));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn secrets_are_for_their_owner_even_where_an_open_file_lay() {
        let folder = secrets_folder(None).unwrap();
        let path = folder.join("muster.secret");
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        write_secret(&path, "new").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn paths_survive_the_shell() {
        assert_eq!(quoted("/tmp/a-b/c.secret"), "/tmp/a-b/c.secret");
        assert_eq!(quoted("/tmp/it's here"), r"'/tmp/it'\''s here'");
    }
}
