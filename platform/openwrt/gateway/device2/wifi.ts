/** Table: Device.WiFi. TR-098 has one WLANConfiguration where TR-181 has a radio, a network on it (SSID) and an access
 * point of that network; network and access point are one section of the configuration, so that both are on or off. */
import { always, count, object, readOnly, table } from "../../../../src/model/define.ts";
import { aliased } from "../alias.ts";
import * as layers from "../layers.ts";
import * as radio from "../radio.ts";
import * as security from "../security.ts";
import * as station from "../station.ts";
import * as transmit from "../transmit.ts";
import * as wlan from "../wlan.ts";
import { wirelessStats } from "./stats.ts";

const radios = table({
  ...radio.radioRows,
  instance: aliased(
    "radio",
    {
      Enable: radio.enable,
      Status: radio.status,
      Name: radio.name,
      Upstream: always("0"),
      SupportedFrequencyBands: radio.frequencyBand,
      OperatingFrequencyBand: radio.frequencyBand,
      SupportedStandards: radio.standards,
      OperatingStandards: radio.standards,
      AutoChannelSupported: always("1"),
      AutoChannelEnable: radio.autoChannel,
      Channel: radio.channel,
      OperatingChannelBandwidth: radio.bandwidth,
      CurrentOperatingChannelBandwidth: readOnly(radio.bandwidth),
      ChannelsInUse: radio.channelsInUse,
      PossibleChannels: transmit.possibleChannels,
      // The driver finds them, from frame to frame.
      ExtensionChannel: always("Auto"),
      GuardInterval: always("Auto"),
      MCS: always("-1"),
      TransmitPowerSupported: transmit.powerSupported,
      TransmitPower: transmit.power,
      IEEE80211hSupported: transmit.dothSupported,
      IEEE80211hEnabled: transmit.doth,
      RegulatoryDomain: radio.regulatoryDomain,
    },
    { Stats: wirelessStats(radio.stats) },
  ),
});

const networks = table({
  ...wlan.allNetworks,
  instance: aliased(
    "wlan",
    {
      Enable: wlan.enable,
      Status: wlan.operStatus,
      Name: wlan.name,
      LowerLayers: layers.lowerLayers("wlan"),
      BSSID: wlan.bssid,
      MACAddress: wlan.bssid,
      SSID: wlan.ssid,
    },
    { Stats: wirelessStats(wlan.stats) },
    { check: security.check },
  ),
});

const stations = table({
  ...station.stations,
  instance: object({
    MACAddress: station.macAddress,
    AuthenticationState: station.authorized,
    LastDataDownlinkRate: station.downlinkRate,
    LastDataUplinkRate: station.uplinkRate,
    SignalStrength: station.signalStrength,
    AssociationTime: station.associationTime,
  }),
});

const accessPoints = table({
  ...wlan.accessPoints,
  instance: object(
    {
      Enable: wlan.enable,
      Status: wlan.accessPointStatus,
      SSIDReference: wlan.networkRef,
      SSIDAdvertisementEnabled: wlan.advertised,
      // hostapd has it with every driver.
      WMMCapability: always("1"),
      WMMEnable: wlan.wmmEnable,
      UAPSDCapability: always("1"),
      UAPSDEnable: wlan.powerSave,
      AssociatedDeviceNumberOfEntries: count(stations),
      MaxAllowedAssociations: wlan.associationsMax,
      IsolationEnable: wlan.isolation,
      ...wlan.stations,
    },
    {
      AssociatedDevice: stations,
      WPS: object(wlan.pairing, {}, { present: wlan.canPair }),
      Security: object(
        {
          ...security.accessPointModes,
          WEPKey: security.wepKeyInUse,
          PreSharedKey: security.sharedKey.PreSharedKey,
          SAEPassphrase: security.modes.KeyPassphrase,
          RekeyingInterval: security.rekeyingInterval,
          RadiusServerIPAddr: security.radiusServer,
          RadiusServerPort: security.radiusPort,
          RadiusSecret: security.radiusSecret,
          MFPConfig: security.managementFrames,
        },
        {},
        { check: security.check },
      ),
    },
    { check: wlan.accessPointCheck },
  ),
});

export const wifi = object(
  {
    RadioNumberOfEntries: count(radios),
    SSIDNumberOfEntries: count(networks),
    AccessPointNumberOfEntries: count(accessPoints),
  },
  { Radio: radios, SSID: networks, AccessPoint: accessPoints },
);
