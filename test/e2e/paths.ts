/** Table: paths of the sample gateway's tree that several files use. */
const root = "InternetGatewayDevice.";
const lan = `${root}LANDevice.1.`;
const wan = `${root}WANDevice.1.WANConnectionDevice.1.WANIPConnection.1.`;

export const path = {
  root,
  lan,
  wan,
  device: `${root}DeviceInfo.`,
  acs: `${root}ManagementServer.`,
  address: `${lan}LANHostConfigManagement.IPInterface.1.IPInterfaceIPAddress`,
  ssid: `${lan}WLANConfiguration.1.SSID`,
  wifiKey: `${lan}WLANConfiguration.1.KeyPassphrase`,
  interval: `${root}ManagementServer.PeriodicInformInterval`,
  parameterKey: `${root}ManagementServer.ParameterKey`,
  connectionRequestUrl: `${root}ManagementServer.ConnectionRequestURL`,
  provisioning: `${root}DeviceInfo.ProvisioningCode`,
  mappings: `${wan}PortMapping.`,
  count: `${wan}PortMappingNumberOfEntries`,
} as const;
