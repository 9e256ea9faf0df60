using System.Net;
using System.Net.Sockets;

namespace Pipeline.Inference.Cli.Sources;

/// <summary>
/// Tells addresses of the public internet from those of this machine and its neighbours: a list of images from a
/// stranger must not make us read an internal service.
/// </summary>
/// <remarks>
/// The blocks are those that the IANA special-purpose registries (RFC 6890 and its updates) list as not globally
/// reachable, and multicast.
/// </remarks>
internal static class PublicAddress
{
    private static readonly IPNetwork[] Refused =
    [
        .. new[]
        {
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
            "::/128",
            "::1/128",
            "64:ff9b:1::/48",
            "100::/64",
            "2001::/23",
            "2001:db8::/32",
            "3fff::/20",
            "5f00::/16",
            "fc00::/7",
            "fe80::/10",
            "fec0::/10",
            "ff00::/8",
        }.Select(block => IPNetwork.Parse(block)),
    ];

    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");
    private static readonly IPNetwork Compatible = IPNetwork.Parse("::/96");

    /// <summary>Whether an address is public. One that carries an IPv4 address inside counts as that.</summary>
    /// <param name="address">The address that a connection would go to.</param>
    /// <returns>Whether it may be read without being allowed by name.</returns>
    internal static bool Is(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        if (Refused.Any(block => block.BaseAddress.AddressFamily == address.AddressFamily && block.Contains(address)))
        {
            return false;
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return true;
        }

        byte[] bytes = address.GetAddressBytes();
        return Nat64.Contains(address) || Compatible.Contains(address)
            ? Is(new IPAddress(bytes.AsSpan(12, 4)))
            : !SixToFour.Contains(address) || Is(new IPAddress(bytes.AsSpan(2, 4)));
    }
}
