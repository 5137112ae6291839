//! A disk that is full: what cannot be kept is refused, and nothing is lost or counted twice once there is room again.

use std::io;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use p95_tests::Client;
use p95_tests::requires::not_run;
use tempfile::TempDir;

use crate::process::GatewayProcess;

#[test]
fn a_full_disk_refuses_and_loses_nothing() {
    let folder = TempDir::new().expect("a folder");
    let Ok(disk) = Disk::mount(folder.path()) else {
        return not_run("only root can mount a small disk");
    };
    let mut gateway = GatewayProcess::start_in(&folder.path().join("gateway")).expect("a gateway");
    let mut client = Client::new(gateway.port);
    let long = "x".repeat(200);
    let mut send = |sequence: u64| {
        let frame =
            format!("# p95 1 {:032x} {sequence} -\n# TYPE c counter\nc_total{{a=\"{long}\"}} 1\n# EOF\n", 1);
        client.send("POST", "/p95", &[], frame.as_bytes()).expect("an answer").status
    };
    let refused = (1..5_000).find(|sequence| send(*sequence) != 204).expect("a full disk");
    assert_eq!(send(refused), 503);
    assert_eq!(gateway.value("p95_gateway_log_failing").expect("a page"), Some(1.0));

    disk.grow().expect("a larger disk");
    while send(refused) == 503 {
        thread::sleep(Duration::from_millis(100));
    }
    for sequence in refused..refused + 20 {
        assert_eq!(send(sequence), 204);
    }
    gateway.restart().expect("it comes back");
    // The first reader sees 0.
    gateway.page().expect("a page");
    let page = gateway.page().expect("a page");
    let total = page.lines().find_map(|line| line.strip_prefix("c_total{")?.rsplit_once(' '));
    assert_eq!(total.map(|(_, value)| value.to_owned()), Some(format!("{}.0", refused + 19)));
}

/// A small disk in memory, until dropped.
struct Disk<'a>(&'a Path);

impl<'a> Disk<'a> {
    fn mount(at: &'a Path) -> io::Result<Self> {
        run(Command::new("mount").args(["-t", "tmpfs", "-o", "size=64k", "tmpfs"]).arg(at))?;
        Ok(Self(at))
    }

    fn grow(&self) -> io::Result<()> {
        run(Command::new("mount").args(["-o", "remount,size=4m"]).arg(self.0))
    }
}

impl Drop for Disk<'_> {
    fn drop(&mut self) {
        // Lazily, as the gateway may still be ending.
        let _ = run(Command::new("umount").arg("--lazy").arg(self.0));
    }
}

fn run(command: &mut Command) -> io::Result<()> {
    let output = command.output()?;
    if output.status.success() {
        Ok(())
    } else {
        Err(io::Error::other(String::from_utf8_lossy(&output.stderr)))
    }
}
