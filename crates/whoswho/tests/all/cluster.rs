//! A PostgreSQL server of a test's own, which may be killed. It refuses to run as root, so root lends it the account
//! `postgres`.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A running server; stopped and removed at the end.
pub struct Cluster {
    programs: PathBuf,
    folder: PathBuf,
    port: u16,
}

impl Cluster {
    /// `None` where the programs are missing.
    pub fn start() -> Option<Self> {
        let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
        let mut programs: Vec<PathBuf> = versions.map(|v| v.unwrap().path().join("bin")).collect();
        programs.sort();
        let programs = programs.pop().filter(|bin| bin.join("initdb").exists())?;
        let folder = std::env::temp_dir().join(format!("whoswho-cluster-{}", std::process::id()));
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let cluster = Self { programs, folder, port };
        if root() {
            let made = Command::new("install")
                .args(["-d", "-m", "700", "-o", "postgres"])
                .arg(&cluster.folder)
                .status();
            assert!(made.unwrap().success());
        }
        let data = cluster.data();
        cluster.program(
            "initdb",
            &["-D", &data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"],
        );
        cluster.run();
        Some(cluster)
    }

    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    pub fn make_schema(&self, name: &str) {
        let port = self.port.to_string();
        let sql = format!("CREATE SCHEMA {name}");
        self.program(
            "psql",
            &["-q", "-h", "127.0.0.1", "-p", &port, "-U", "postgres", "-c", &sql, "postgres"],
        );
    }

    /// Starts the server, again after a kill: its children may need a moment to notice that they are orphans.
    pub fn run(&self) {
        let options = format!("-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''", self.port);
        let log = self.folder.join("log");
        let (data, log) = (self.data(), log.to_str().unwrap().to_owned());
        let line = ["-D", &data, "-w", "-l", &log, "-o", &options, "start"];
        let started = (0..50).any(|_| self.command("pg_ctl", &line).status().unwrap().success());
        assert!(started, "{}", std::fs::read_to_string(log).unwrap_or_default());
    }

    /// Ends the server as a power cut does.
    pub fn kill(&self) {
        let pid = std::fs::read_to_string(Path::new(&self.data()).join("postmaster.pid")).unwrap();
        let killed = Command::new("kill").args(["-9", pid.lines().next().unwrap()]).status().unwrap();
        assert!(killed.success());
        // Gone is whoever refuses connections; sessions end with the next thing they write.
        while std::net::TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
            std::thread::yield_now();
        }
    }

    fn data(&self) -> String {
        self.folder.join("data").to_str().unwrap().to_owned()
    }

    fn command(&self, program: &str, line: &[&str]) -> Command {
        let path = self.programs.join(program);
        let mut command = if root() { Command::new("runuser") } else { Command::new(&path) };
        if root() {
            command.args(["-u", "postgres", "--"]).arg(&path);
        }
        command.args(line).current_dir("/").stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    fn program(&self, program: &str, line: &[&str]) {
        assert!(self.command(program, line).status().unwrap().success(), "{program} {line:?}");
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let data = self.data();
        drop(self.command("pg_ctl", &["-D", &data, "-m", "immediate", "-w", "stop"]).status());
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

/// Whether this is root, who owns `/proc/self`.
fn root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}
