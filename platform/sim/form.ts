/** Table: the forms of the sample gateway: the ways in which operators bring the Internet to it. */
import { type SampleFile, sampleConfigs } from "./configs.ts";
import { type SampleDevice, sampleDevices } from "./devices.ts";

export type Uplink = "dhcp" | "pppoe" | "static" | "qmi" | "sta";

export interface Form {
  readonly wan: Uplink;
  /** The VLAN of the provider; undefined: none. */
  readonly vlan?: number;
  readonly dataModel?: "InternetGatewayDevice" | "Device";
}

export const plainForm: Form = { wan: "dhcp" };

/** Options of the interface `wan`, below its device. Names and secrets are made up. */
const uplinks: Readonly<Record<Uplink, string>> = {
  dhcp: "\toption proto 'dhcp'\n",
  pppoe:
    "\toption proto 'pppoe'\n\toption username 'sample@isp.example'\n\toption password 'open sesame'\n\toption keepalive '5 10'\n\toption ipv6 'auto'\n",
  static:
    "\toption proto 'static'\n\tlist ipaddr '203.0.113.24/24'\n\toption gateway '203.0.113.1'\n\tlist dns '203.0.113.53'\n",
  qmi: "\toption proto 'qmi'\n\toption apn 'internet'\n\toption pdptype 'ipv4v6'\n",
  sta: "\toption proto 'dhcp'\n",
};

const plainWan = "config interface 'wan'\n\toption device 'wan'\n\toption proto 'dhcp'\n";

/** A radio in the network of somebody else. */
const station = `config wifi-iface 'uplink'
	option device 'radio1'
	option network 'wan'
	option mode 'sta'
	option ssid 'Sample Street'
	option encryption 'psk2'
	option key 'the street knows'

`;

/** The device that the interface `wan` is configured on; undefined: none. */
function deviceOf({ wan, vlan }: Form): string | undefined {
  if (wan === "sta") return undefined;
  if (wan === "qmi") return "/dev/cdc-wdm0";
  return vlan === undefined ? "wan" : `wan.${vlan}`;
}

export function configsOf(form: Form): Readonly<Record<string, SampleFile>> {
  const device = deviceOf(form);
  const on = device === undefined ? "" : `\toption device '${device}'\n`;
  const replaced = (name: string, from: string, to: string): SampleFile => {
    const file = sampleConfigs[name]!;
    return { ...file, text: file.text.replace(from, to) };
  };
  const wireless = sampleConfigs.wireless!;
  return {
    ...sampleConfigs,
    network: replaced("network", plainWan, `config interface 'wan'\n${on}${uplinks[form.wan]}`),
    wireless: form.wan === "sta" ? { ...wireless, text: wireless.text + station } : wireless,
    cwmp: replaced(
      "cwmp",
      "option data_model 'InternetGatewayDevice'",
      `option data_model '${form.dataModel ?? "InternetGatewayDevice"}'`,
    ),
  };
}

/** The network devices: those of the sample, and those that the uplink creates. */
export function devicesOf({ wan, vlan }: Form): readonly SampleDevice[] {
  const traffic = { rx: [46_881_220_118, 39_801_002], tx: [8_020_118_330, 18_120_114] } as const;
  const more: SampleDevice[] = [];
  if (vlan !== undefined && wan !== "sta" && wan !== "qmi")
    more.push({ name: `wan.${vlan}`, octet: "02", speed: 1000, ...traffic });
  if (wan === "pppoe") more.push({ name: "pppoe-wan", mtu: 1492, ...traffic });
  if (wan === "qmi") more.push({ name: "wwan0", octet: "06", ...traffic });
  if (wan === "sta") more.push({ name: "phy1-sta0", octet: "07", ...traffic });
  return [...sampleDevices, ...more];
}

/** /proc/net/pppoe: the session's number in the byte order of the network. */
export const pppoeTable = (form: Form): string =>
  form.wan === "pppoe"
    ? `Id       Address              Device\n0000A10F 00:00:5e:00:53:fe ${deviceOf(form)?.padStart(8)}\n`
    : "";
