import { describe, expect, test } from "vitest";
import { all, wireless } from "./sample.ts";
import { netdev, world } from "./world.ts";

const wlan = "LANDevice.1.WLANConfiguration.1.";

const radioWith = (radio: string, iface = "\toption encryption 'psk2'\n\toption key 'twelve words'") =>
  world({
    ...all,
    wireless: `config wifi-device 'radio0'\n${radio}\nconfig wifi-iface 'w'\n\toption device 'radio0'\n\toption network 'lan'\n${iface}`,
  });
const security = (encryption: string, key = "\n\toption key 'twelve words'") =>
  radioWith("", `${encryption === "-" ? "" : `\toption encryption '${encryption}'`}${key}`);

const names = ["BeaconType", "BasicEncryptionModes", "WPAAuthenticationMode", "WPAEncryptionModes"];

describe("encryption", () => {
  const forms: [encryption: string, ...values: string[]][] = [
    ["-", "Basic", "None", "PSKAuthentication", "AESEncryption"],
    ["none", "None", "None", "PSKAuthentication", "AESEncryption"],
    ["wep-open", "Basic", "WEPEncryption", "PSKAuthentication", "AESEncryption"],
    ["psk", "WPA", "None", "PSKAuthentication", "AESEncryption"],
    ["psk2", "11i", "None", "PSKAuthentication", "AESEncryption"],
    ["psk2+tkip+ccmp", "11i", "None", "PSKAuthentication", "TKIPandAESEncryption"],
    ["psk2+tkip", "11i", "None", "PSKAuthentication", "TKIPEncryption"],
    ["psk2/aes", "11i", "None", "PSKAuthentication", "AESEncryption"],
    ["psk-mixed+ccmp", "WPAand11i", "None", "PSKAuthentication", "AESEncryption"],
    ["psk+psk2", "WPAand11i", "None", "PSKAuthentication", "AESEncryption"],
    ["sae", "11i", "None", "PSKAuthentication", "AESEncryption"],
    ["sae-mixed", "11i", "None", "PSKAuthentication", "AESEncryption"],
    ["wpa2+ccmp", "11i", "None", "EAPAuthentication", "AESEncryption"],
    ["wpa3-192", "11i", "None", "EAPAuthentication", "AESEncryption"],
    ["constructor", "None", "None", "PSKAuthentication", "AESEncryption"],
  ];
  test.each(forms)("%s is read", (encryption, ...values) => {
    const here = security(encryption);
    expect(names.map((name) => here.get(wlan + name))).toEqual(values);
  });

  test("WEP shows the authentication mode and the key in use", () => {
    const read = (here: ReturnType<typeof security>) =>
      ["BasicAuthenticationMode", "WEPKeyIndex", "WEPEncryptionLevel"].map((name) => here.get(wlan + name));
    expect(read(security("wep-shared", "\n\toption key '3'"))).toEqual([
      "SharedAuthentication",
      "3",
      "Disabled",
    ]);
    expect(read(security("wep-open", "\n\toption key 'abcde'"))).toEqual(["None", "1", "Disabled"]);
    expect(read(security("psk2"))).toEqual(["None", "1", "Disabled"]);
  });

  test.each([
    ["psk2", "BeaconType", "WPAand11i", "psk-mixed"],
    ["psk2+ccmp", "BeaconType", "WPA", "psk+ccmp"],
    ["none", "BeaconType", "11i", "psk2"],
    ["psk2+ccmp", "BeaconType", "None", "none"],
    ["psk2", "WPAEncryptionModes", "TKIPandAESEncryption", "psk2+tkip+ccmp"],
    ["sae", "BeaconType", "11i", "sae"],
    ["sae-mixed+ccmp", "WPAEncryptionModes", "AESEncryption", "sae-mixed+ccmp"],
    ["none", "BeaconType", "Basic", undefined],
  ])("%s with %s %s becomes %s", (before, name, value, after) => {
    const here = security(before);
    here.set(wlan + name, value);
    expect(here.option("wireless", "w", "encryption")).toBe(after);
    expect(here.get(wlan + name)).toBe(value);
  });

  test.each([
    ["psk2", "WPAEncryptionModes", "WEPEncryption"],
    ["none", "WPAEncryptionModes", "TKIPEncryption"],
    ["psk2", "BeaconType", "BasicandWPA"],
    ["psk2", "WPAAuthenticationMode", "EAPAuthentication"],
    ["psk2", "KeyPassphrase", "short"],
    ["psk2", "KeyPassphrase", "with a \u0007 bell in it"],
    ["psk2", "KeyPassphrase", "x".repeat(64)],
  ])("%s with %s %s is refused", (before, name, value) => {
    expect(() => security(before).set(wlan + name, value)).toThrow();
  });

  test("removing the passphrase of a network that needs one is refused", () => {
    expect(() => security("none", "").set(`${wlan}BeaconType`, "11i")).toThrow(/KeyPassphrase/);
    expect(() => security("none", "\n\toption disabled '1'").set(`${wlan}BeaconType`, "11i")).not.toThrow();
  });

  test("an empty passphrase removes the key of a network that needs none", () => {
    expect(() => security("psk2").set(`${wlan}KeyPassphrase`, "")).toThrow(/KeyPassphrase/);
    const here = security("none");
    here.set(`${wlan}KeyPassphrase`, "");
    expect(here.option("wireless", "w", "key")).toBeUndefined();
  });

  test("a passphrase is stored unchanged", () => {
    const here = security("psk2");
    here.set(`${wlan}KeyPassphrase`, `it's "quoted" \\ and #`);
    expect(here.option("wireless", "w", "key")).toBe(`it's "quoted" \\ and #`);
  });
});

describe("the radio under a network", () => {
  test.each([
    ["\toption channel 'auto'", "1", "0"],
    ["", "1", "0"],
    ["\toption channel '0'", "1", "0"],
    ["\toption channel '999'", "1", "0"],
    ["\toption channel '11'", "0", "11"],
  ])("%j: auto %s, channel %s", (radio, auto, channel) => {
    const here = radioWith(radio);
    expect([here.get(`${wlan}AutoChannelEnable`), here.get(`${wlan}Channel`)]).toEqual([auto, channel]);
  });

  test.each([
    ["2g", "1", true],
    ["2g", "15", false],
    ["5g", "36", true],
    ["5g", "37", false],
    ["5g", "165", true],
    ["5g", "68", false],
    ["6g", "5", true],
    ["6g", "6", false],
    ["6g", "233", true],
  ])(
    "a channel outside of the band is refused, because hostapd would not start: %s %s",
    (band, value, there) => {
      const here = radioWith(
        `\toption band '${band}'\n\toption channel 'auto'`,
        "\toption encryption 'sae'\n\toption key 'twelve words'",
      );
      if (there) here.set(`${wlan}Channel`, value);
      else expect(() => here.set(`${wlan}Channel`, value)).toThrow(/channel of the band/);
    },
  );

  test.each([
    ["WPA3 with TKIP", "sae", "", "WPAEncryptionModes", "TKIPEncryption", /TKIP/],
    ["WPA3 with a key that holds options", "sae", "", "KeyPassphrase", "secret|mac=aa", /bar/],
    [
      "WPA3 without protected frames",
      "sae",
      "\toption ieee80211w '0'\n\toption hidden '0'",
      "SSIDAdvertisementEnabled",
      "0",
      /protected/,
    ],
    [
      "a RADIUS server without a secret",
      "wpa2",
      "\toption auth_server '192.0.2.1'",
      "SSIDAdvertisementEnabled",
      "0",
      /secret/,
    ],
  ])("%s is refused", (_name, encryption, more, name, value, why) => {
    const key = encryption === "sae" ? "\n\toption key 'twelve words'" : "";
    const here = radioWith("", `\toption encryption '${encryption}'${key}\n${more}`);
    expect(() => here.set(wlan + name, value)).toThrow(why);
  });

  test("a 6 GHz network accepts WPA3 only", () => {
    const here = radioWith("\toption band '6g'", "\toption encryption 'sae'\n\toption key 'twelve words'");
    expect(() => here.set(`${wlan}BeaconType`, "WPA")).toThrow(/6 GHz/);
  });

  test("setting a channel turns automatic choice off, and turning it on removes the channel", () => {
    const here = radioWith("\toption band '5g'\n\toption channel 'auto'");
    here.set(`${wlan}Channel`, "44");
    expect(here.option("wireless", "radio0", "channel")).toBe("44");
    expect(here.get(`${wlan}AutoChannelEnable`)).toBe("0");
    here.set(`${wlan}AutoChannelEnable`, "1");
    expect(here.option("wireless", "radio0", "channel")).toBe("auto");
    here.set(`${wlan}AutoChannelEnable`, "0");
    expect(here.get(`${wlan}Channel`)).toBe("36");
    expect(() => here.set(`${wlan}Channel`, "11")).toThrow(/36/);
    expect(() => radioWith("\toption hwmode '11g'").set(`${wlan}Channel`, "36")).toThrow();
  });

  test.each([
    ["\toption band '2g'\n\toption htmode 'HT20'", "n"],
    ["\toption band '5g'\n\toption htmode 'HE80'", "n"],
    ["\toption band '5g'\n\toption htmode 'NOHT'", "a"],
    ["\toption hwmode '11a'", "a"],
    ["\toption hwmode '11g'", "g"],
  ])("%j is standard %s", (radio, standard) => {
    expect(radioWith(radio).get(`${wlan}Standard`)).toBe(standard);
  });

  test("Enable is the inverse of `disabled`, of the network and of its radio", () => {
    const here = radioWith("", "\toption hidden '1'");
    expect(
      ["Enable", "RadioEnabled", "SSIDAdvertisementEnabled"].map((name) => here.get(wlan + name)),
    ).toEqual(["1", "1", "0"]);
    here.set(`${wlan}Enable`, "0");
    here.set(`${wlan}RadioEnabled`, "0");
    here.set(`${wlan}SSIDAdvertisementEnabled`, "1");
    expect(here.option("wireless", "w", "disabled")).toBe("1");
    expect(here.option("wireless", "radio0", "disabled")).toBe("1");
    expect(here.option("wireless", "w", "hidden")).toBe("0");
    expect(here.get(`${wlan}Status`)).toBe("Disabled");
    here.set(`${wlan}Enable`, "1");
    expect(here.option("wireless", "w", "disabled")).toBe("0");
  });

  test("a MAC filter that allows stations is shown; a MAC filter that denies stations, which the model cannot express, is not", () => {
    const name = `${wlan}MACAddressControlEnabled`;
    const stations = "\toption maclist '00:00:5E:00:53:10 00:00:5E:00:53:11'\n";
    const here = radioWith("", stations);
    here.set(name, "1");
    expect([here.get(name), here.option("wireless", "w", "macfilter")]).toEqual(["1", "allow"]);
    here.set(name, "0");
    expect([here.get(name), here.option("wireless", "w", "macfilter")]).toEqual(["0", undefined]);
    expect(() => radioWith("").set(name, "1")).toThrow(/list/);
    const out = radioWith("", `${stations}\toption macfilter 'deny'`);
    expect(out.get(name)).toBe("0");
    expect(() => out.set(name, "1")).toThrow(/kept out/);
  });

  test("keys of WEP are set in their option, and the empty key that an ACS reads and writes back removes none", () => {
    const key = (number: number) => `${wlan}WEPKey.${number}.WEPKey`;
    const here = radioWith(
      "",
      "\toption encryption 'wep'\n\toption key '2'\n\toption key2 'secret-wep-13'\n",
    );
    here.set(key(2), "0123456789");
    here.set(key(1), "0123456789abcdef0123456789");
    here.set(key(2), "");
    expect([1, 2].map((number) => here.option("wireless", "w", `key${number}`))).toEqual([
      "0123456789abcdef0123456789",
      "0123456789",
    ]);
    expect(() => here.set(key(1), "012345678")).toThrow(/hexadecimal/);
    const direct = radioWith("", "\toption encryption 'wep'\n\toption key 'secret-wep-13'\n");
    direct.set(key(1), "0123456789");
    expect(direct.option("wireless", "w", "key")).toBe("0123456789");
    const wpa = radioWith("", "\toption encryption 'psk2'\n\toption key 'twelve words'\n");
    wpa.set(key(1), "0123456789");
    expect(wpa.option("wireless", "w", "key")).toBe("twelve words");
  });

  test("`yes` counts as false, as netifd reads it", () => {
    expect(radioWith("", "\toption disabled 'yes'").get(`${wlan}Enable`)).toBe("1");
  });
});

describe("networks", () => {
  test("are listed under the LAN of their access point; stations, other networks and missing radios are not listed", () => {
    const here = world({
      ...all,
      wireless: `${wireless}
config wifi-iface 'guest'
	option device 'radio0'
	option network 'guest lan'
config wifi-iface 'station'
	option device 'radio0'
	option mode 'sta'
	option network 'lan'
config wifi-iface 'lost'
	option device 'radio9'
	option network 'lan'
`,
    });
    expect(here.rows("LANDevice.1.WLANConfiguration")).toEqual(["cfg020000", "guest"]);
    expect(here.rows("LANDevice.2.WLANConfiguration")).toEqual(["guest"]);
    expect(here.get("LANDevice.1.LANWLANConfigurationNumberOfEntries")).toBe("2");
  });

  test.each(["a", "ä".repeat(16), "x".repeat(32), 'Tom\'s "net"'])("SSID %s is accepted", (ssid) => {
    const here = world(all);
    here.set(`${wlan}SSID`, ssid);
    expect(here.get(`${wlan}SSID`)).toBe(ssid);
  });

  test.each(["", "ä".repeat(17), "x".repeat(33), "a\nb", "a\ufffe"])("SSID %j is refused", (ssid) => {
    expect(() => world(all).set(`${wlan}SSID`, ssid)).toThrow();
  });

  test("an SSID that XML cannot carry is not shown", () => {
    const here = radioWith("", "\toption ssid 'a\u0001b\ud800c'");
    expect(here.get(`${wlan}SSID`)).toBe("a?b?c");
  });

  test("statistics are those of the network's device", () => {
    const counters = { tx_bytes: 5, rx_packets: 7, rx_errors: 2 };
    const device = netdev("phy0-ap0", { mac: "00:00:5E:00:53:77", counters });
    const here = world(all, {
      wifiDevice: (section) => (section === "cfg020000" ? "phy0-ap0" : undefined),
      netdev: (name) => (name === "phy0-ap0" ? device : undefined),
    });
    const read = [
      "Name",
      "BSSID",
      "Status",
      "TotalBytesSent",
      "TotalPacketsReceived",
      "Stats.ErrorsReceived",
    ];
    expect(read.map((name) => here.get(wlan + name))).toEqual([
      "phy0-ap0",
      "00:00:5E:00:53:77",
      "Up",
      "5",
      "7",
      "2",
    ]);
    expect(world(all).get(`${wlan}Status`)).toBe("Error");
    expect(world(all).get(`${wlan}BSSID`)).toBe("");
  });
});
