//! Where the preview is found.
//!
//! In: a host and perhaps a port. Out: a listener, and the addresses that people type, click or scan. Nothing is
//! sent anywhere.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, UdpSocket};

use anyhow::{Context, Result, bail};
use qrcode::render::unicode::Dense1x2;
use qrcode::{EcLevel, QrCode};

/// The first port that is tried.
const FIRST_PORT: u16 = 8000;

/// So many ports are tried.
const PORTS: u16 = 100;

/// Addresses that are nobody's (RFC 5737, RFC 3849): the machine says how it would reach them.
const ELSEWHERE: [(IpAddr, IpAddr); 2] = [
    (IpAddr::V4(Ipv4Addr::UNSPECIFIED), IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1))),
    (IpAddr::V6(Ipv6Addr::UNSPECIFIED), IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1))),
];

/// Where to listen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The address; all others than the loopback ones let other machines in.
    pub host: IpAddr,
    /// The port; `None` takes the next free one from 8000 on.
    pub port: Option<u16>,
}

impl Default for Options {
    fn default() -> Self {
        Self { host: IpAddr::V4(Ipv4Addr::LOCALHOST), port: None }
    }
}

/// Takes a port.
///
/// # Errors
/// The one that was asked for is taken, none is free, or the address is not one of this machine.
pub fn bind(options: &Options) -> Result<(TcpListener, SocketAddr)> {
    let host = options.host;
    if let Some(port) = options.port {
        let address = SocketAddr::new(host, port);
        let listener = TcpListener::bind(address).with_context(|| {
            format!("cannot listen on `{address}`; without `--port` the next free port is taken")
        })?;
        return with_address(listener);
    }
    for port in FIRST_PORT..FIRST_PORT + PORTS {
        let address = SocketAddr::new(host, port);
        match TcpListener::bind(address) {
            Ok(listener) => return with_address(listener),
            // Windows keeps some ports for itself.
            Err(error)
                if matches!(error.kind(), ErrorKind::AddrInUse | ErrorKind::PermissionDenied) => {}
            Err(error) => {
                return Err(error).with_context(|| format!("cannot listen on `{address}`"));
            }
        }
    }
    bail!(
        "the ports {FIRST_PORT} to {} of `{host}` are taken; name another with `--port`",
        FIRST_PORT + PORTS - 1
    )
}

fn with_address(listener: TcpListener) -> Result<(TcpListener, SocketAddr)> {
    let address = listener.local_addr().context("cannot tell the port of the preview server")?;
    Ok((listener, address))
}

/// An address that a browser on this machine can use.
pub(super) fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

/// The address for other machines of the local network; `None` if they are not let in, or there is no network.
#[must_use]
pub fn lan_address(address: SocketAddr) -> Option<SocketAddr> {
    let is_for_others =
        |ip: IpAddr| !ip.to_canonical().is_loopback() && !ip.to_canonical().is_unspecified();
    if !address.ip().is_unspecified() {
        return is_for_others(address.ip()).then_some(address);
    }
    let is_v6 = address.is_ipv6();
    let mut ways = ELSEWHERE.into_iter().filter(|(own, _)| is_v6 || own.is_ipv4());
    let own = |(own, elsewhere): (IpAddr, IpAddr)| {
        let socket = UdpSocket::bind((own, 0)).ok()?;
        // A datagram socket is only given its addresses by this.
        socket.connect((elsewhere, 9)).ok()?;
        Some(socket.local_addr().ok()?.ip()).filter(|ip| is_for_others(*ip))
    };
    ways.find_map(own).map(|ip| SocketAddr::new(ip, address.port()))
}

/// An address as a QR code for a terminal, light on dark; `None` if it is too long for one.
#[must_use]
pub fn lan_qr(url: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(url, EcLevel::L).ok()?;
    let (dark, light) = (Dense1x2::Light, Dense1x2::Dark);
    Some(code.render::<Dense1x2>().dark_color(dark).light_color(light).build())
}

/// Opens an address in the browser of this desk, and does not wait for it.
///
/// # Errors
/// There is none that could be started.
pub fn open_browser(url: &str) -> Result<()> {
    open::that_detached(url).with_context(|| format!("cannot open `{url}` in a browser"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_free_port_is_taken() {
        let options = Options::default();
        let (_first, one) = bind(&options).expect("a port");
        let (_second, other) = bind(&options).expect("another port");
        assert!(one.port() < other.port());
        assert!(bind(&Options { port: Some(one.port()), ..options }).is_err());
    }

    #[test]
    fn others_are_told_only_where_they_are_let_in() {
        let address = |text: &str| text.parse::<SocketAddr>().expect("an address");
        assert_eq!(lan_address(address("127.0.0.1:8000")), None);
        assert_eq!(lan_address(address("[::1]:8000")), None);
        assert_eq!(lan_address(address("192.0.2.7:80")), Some(address("192.0.2.7:80")));
        let all = lan_address(address("0.0.0.0:8000"));
        assert!(all.is_none_or(|it| it.is_ipv4() && !it.ip().is_loopback() && it.port() == 8000));
        assert_eq!(reachable(address("0.0.0.0:8000")), address("127.0.0.1:8000"));
        assert_eq!(reachable(address("[::]:8000")), address("[::1]:8000"));
    }

    #[test]
    fn a_code_is_a_square_of_blocks() {
        let code = lan_qr("http://192.0.2.7:8000/repo/").expect("short enough");
        let widths: Vec<usize> = code.lines().map(|line| line.chars().count()).collect();
        assert!(widths.iter().all(|it| *it == widths[0]) && widths[0].div_ceil(2) == widths.len());
        assert_eq!(lan_qr(&"x".repeat(4000)), None);
    }
}
