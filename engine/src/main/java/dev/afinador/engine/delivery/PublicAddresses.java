package dev.afinador.engine.delivery;

import java.net.Inet6Address;
import java.net.InetAddress;

/// Which addresses of a network are the public's: a URL that somebody typed must not make this machine call its own insides.
final class PublicAddresses {

    private PublicAddresses() {}

    static boolean isPublic(InetAddress address) {
        if (address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()) {
            return false;
        }
        byte[] b = address.getAddress();
        if (address instanceof Inet6Address) {
            boolean uniqueLocal = (b[0] & 0xFE) == 0xFC; // fc00::/7
            boolean translated =
                    b[0] == 0x00
                            && b[1] == 0x64
                            && (b[2] & 0xFF) == 0xFF
                            && (b[3] & 0xFF) == 0x9B; // 64:ff9b::/32
            boolean sixToFour = b[0] == 0x20 && b[1] == 0x02; // 2002::/16 holds any IPv4 address
            boolean teredo = b[0] == 0x20 && b[1] == 0x01 && b[2] == 0 && b[3] == 0; // 2001::/32
            boolean compatible = true; // ::a.b.c.d
            for (int i = 0; i < 12; i++) {
                compatible &= b[i] == 0;
            }
            return !uniqueLocal && !translated && !sixToFour && !teredo && !compatible;
        }
        int first = b[0] & 0xFF;
        int second = b[1] & 0xFF;
        boolean thisNetwork = first == 0;
        boolean carrier = first == 100 && second >= 64 && second <= 127; // 100.64.0.0/10
        boolean special =
                first == 192
                        && second == 0
                        && (b[2] == 0 || b[2] == 2); // 192.0.0.0/24, 192.0.2.0/24
        boolean benchmark = first == 198 && (second == 18 || second == 19);
        boolean reserved = first >= 240;
        return !thisNetwork && !carrier && !special && !benchmark && !reserved;
    }
}
