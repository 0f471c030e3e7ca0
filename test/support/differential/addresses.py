"""For each line that is an address: whether Python's ipaddress has it as one that anybody may call."""

import ipaddress
import sys

for line in sys.stdin:
    address = ipaddress.ip_address(line.strip())
    mapped = getattr(address, "ipv4_mapped", None)
    address = mapped or address
    flags = [name for name in ("loopback", "link_local", "multicast", "unspecified", "reserved", "private", "global")
             if getattr(address, f"is_{name}")]
    print(" ".join(flags) or "none")
