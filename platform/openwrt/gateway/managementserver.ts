/** Table: the ManagementServer object, which is alike in both roots. */
import { count, object, table } from "../../../src/model/define.ts";
import * as association from "./association.ts";
import * as inform from "./informparameter.ts";
import * as management from "./management.ts";

const manageableDevices = table({
  ...association.devices,
  instance: object({
    ManufacturerOUI: association.manufacturerOui,
    SerialNumber: association.serialNumber,
    ProductClass: association.productClass,
    Host: association.hosts,
  }),
});

const informParameters = table({
  ...inform.wishes,
  instance: object({
    Enable: inform.enable,
    ParameterName: inform.parameterName,
    EventList: inform.eventList,
  }),
});

const transferPolicy = object({
  Enable: management.autonomousEnable,
  TransferTypeFilter: management.autonomousTransferTypes,
  ResultTypeFilter: management.autonomousResultTypes,
  FileTypeFilter: management.autonomousFileTypes,
});

/** The object ManagementServer. @param own parameters that only one of the two roots has */
export const managementServer = (own: Parameters<typeof object>[0] = {}) =>
  object(
    {
      EnableCWMP: management.enableCwmp,
      URL: management.url,
      Username: management.username,
      Password: management.password,
      PeriodicInformEnable: management.periodicInformEnable,
      PeriodicInformInterval: management.periodicInformInterval,
      PeriodicInformTime: management.periodicInformTime,
      ParameterKey: management.parameterKey,
      ConnectionRequestURL: management.connectionRequestUrl,
      ConnectionRequestUsername: management.connectionRequestUsername,
      ConnectionRequestPassword: management.connectionRequestPassword,
      UpgradesManaged: management.upgradesManaged,
      KickURL: management.kickUrl,
      DownloadProgressURL: management.downloadProgressUrl,
      UDPConnectionRequestAddress: management.udpConnectionRequestAddress,
      ...own,
      STUNEnable: management.stunEnable,
      STUNServerAddress: management.stunServerAddress,
      STUNServerPort: management.stunServerPort,
      STUNUsername: management.stunUsername,
      STUNPassword: management.stunPassword,
      STUNMaximumKeepAlivePeriod: management.stunMaximumKeepAlivePeriod,
      STUNMinimumKeepAlivePeriod: management.stunMinimumKeepAlivePeriod,
      NATDetected: management.natDetected,
      ManageableDeviceNumberOfEntries: association.numberOfDevices,
      ManageableDeviceNotificationLimit: association.notificationLimit,
      InformParameterNumberOfEntries: count(informParameters),
    },
    {
      ManageableDevice: manageableDevices,
      InformParameter: informParameters,
      AutonomousTransferCompletePolicy: transferPolicy,
    },
  );
