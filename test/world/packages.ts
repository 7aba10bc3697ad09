/** The packages of a small router, as sections: what the sample gateway has, without its files. */
import type { Packages } from "../model/world.ts";
import { acsUrl } from "./gateway.ts";

export const packages = (): Packages => ({
  cwmp: [
    { type: "acs", name: "acs", options: { url: acsUrl, password: "acs-secret" } },
    {
      type: "cpe",
      name: "cpe",
      options: {
        enabled: "1",
        interface: "wan",
        port: "7547",
        username: "cr",
        password: "cr-secret",
        provisioning_code: "P0",
      },
    },
  ],
  network: [
    {
      type: "interface",
      name: "loopback",
      options: { device: "lo", proto: "static", ipaddr: "127.0.0.1", netmask: "255.0.0.0" },
    },
    { type: "device", options: { name: "br-lan", type: "bridge", ports: ["lan1"] } },
    {
      type: "interface",
      name: "lan",
      options: { device: "br-lan", proto: "static", ipaddr: ["192.168.1.1/24"] },
    },
    { type: "interface", name: "wan", options: { device: "eth0", proto: "dhcp" } },
  ],
  dhcp: [
    { type: "dnsmasq", options: { domain: "lan" } },
    {
      type: "dhcp",
      name: "lan",
      options: { interface: "lan", start: "100", limit: "150", leasetime: "12h", dhcpv4: "server" },
    },
  ],
  wireless: [
    {
      type: "wifi-device",
      name: "radio0",
      options: { type: "mac80211", band: "2g", channel: "1", htmode: "HT20" },
    },
    {
      type: "wifi-iface",
      name: "default_radio0",
      options: {
        device: "radio0",
        network: "lan",
        mode: "ap",
        ssid: "Home",
        encryption: "psk2",
        key: "wifi-secret-1",
      },
    },
  ],
  firewall: [
    { type: "zone", options: { name: "lan", network: ["lan"], input: "ACCEPT" } },
    { type: "zone", options: { name: "wan", network: ["wan"], input: "REJECT", masq: "1" } },
    {
      type: "redirect",
      options: {
        name: "web",
        src: "wan",
        src_dport: "80",
        dest: "lan",
        dest_ip: "192.168.1.10",
        dest_port: "80",
        proto: "tcp",
        target: "DNAT",
      },
    },
  ],
  system: [{ type: "system", options: { hostname: "gw", timezone: "CET-1CEST,M3.5.0,M10.5.0/3" } }],
});
