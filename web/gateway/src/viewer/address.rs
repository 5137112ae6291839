//! Which addresses may be asked.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Addresses at which clouds tell a machine its secrets, besides those of the link.
const CLOUD_V4: [Ipv4Addr; 2] = [Ipv4Addr::new(100, 100, 100, 200), Ipv4Addr::new(192, 0, 0, 192)];
const CLOUD_V6: [Ipv6Addr; 2] =
    [Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254), Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254)];

/// What is to be known of an address.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    /// Another machine's.
    Usual,
    /// This machine's own.
    Loopback,
    /// Never asked: of the link, of a cloud's secrets, of many or of none.
    Never,
}

/// The kind of an address. What carries an IPv4 address in IPv6 is of that address's kind.
pub(super) fn kind(address: IpAddr) -> Kind {
    match address {
        IpAddr::V4(address) => kind_v4(address),
        IpAddr::V6(address) => kind_v6(address),
    }
}

fn kind_v4(address: Ipv4Addr) -> Kind {
    let [first, ..] = address.octets();
    let is_never = first == 0 || first >= 224 || address.is_link_local() || CLOUD_V4.contains(&address);
    match (is_never, address.is_loopback()) {
        (true, _) => Kind::Never,
        (false, true) => Kind::Loopback,
        (false, false) => Kind::Usual,
    }
}

fn kind_v6(address: Ipv6Addr) -> Kind {
    if address == Ipv6Addr::LOCALHOST {
        return Kind::Loopback;
    }
    let is_never = address.is_unspecified()
        || address.is_multicast()
        || address.is_unicast_link_local()
        || CLOUD_V6.contains(&address);
    if is_never {
        return Kind::Never;
    }
    carried_v4(address).map_or(Kind::Usual, kind_v4)
}

/// The IPv4 address that an IPv6 address carries: mapped, compatible, translated (64:ff9b::/96), or of 6to4 (2002::/16).
fn carried_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let v4 = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(a, b, c, d)
    };
    match address.segments() {
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => Some(v4(high, low)),
        [0x2002, high, low, ..] => Some(v4(high, low)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_by_kind() {
        #[track_caller]
        fn check(address: &str, expect: Kind) {
            assert_eq!(kind(address.parse().unwrap()), expect, "{address}");
        }
        check("10.0.0.7", Kind::Usual);
        check("192.168.1.1", Kind::Usual);
        check("8.8.8.8", Kind::Usual);
        check("2001:db8::1", Kind::Usual);
        check("fd12::1", Kind::Usual);
        check("127.0.0.1", Kind::Loopback);
        check("127.9.9.9", Kind::Loopback);
        check("::1", Kind::Loopback);
        check("::ffff:127.0.0.1", Kind::Loopback);
        check("64:ff9b::7f00:1", Kind::Loopback);
        check("169.254.169.254", Kind::Never);
        check("169.254.0.1", Kind::Never);
        check("::ffff:169.254.169.254", Kind::Never);
        check("::169.254.169.254", Kind::Never);
        check("64:ff9b::a9fe:a9fe", Kind::Never);
        check("2002:a9fe:a9fe::1", Kind::Never);
        check("fe80::1", Kind::Never);
        check("febf::1", Kind::Never);
        check("fd00:ec2::254", Kind::Never);
        check("fd20:ce::254", Kind::Never);
        check("100.100.100.200", Kind::Never);
        check("192.0.0.192", Kind::Never);
        check("0.0.0.0", Kind::Never);
        check("0.1.2.3", Kind::Never);
        check("::", Kind::Never);
        check("224.0.0.1", Kind::Never);
        check("255.255.255.255", Kind::Never);
        check("ff02::1", Kind::Never);
    }
}
