/** Table: DeviceSummary of the InternetGatewayDevice root: the data model, and the profiles that the root has as a whole, in
 * the order of the data model. TR-106 2.4. A test compares the list with the declaration. To work it out cost a tenth of
 * the first look. */
import { igdSchema } from "../../../../src/model/schema/igd.ts";

const profiles = [
  "MemoryStatus:1",
  "ProcessStatus:1",
  "TempStatus:1",
  "VendorLogFiles:1",
  "UDPConnReq:1",
  "DeviceAssociation:2",
  "InformParameters:1",
  "AutonXferComplPolicy:1",
  "Time:2",
  "IPPing:1",
  "EthernetWAN:1",
  "Download:1",
  "Upload:1",
  "DownloadTCP:1",
  "UploadTCP:1",
  "UDPEcho:1",
  "UDPEchoPlus:1",
  "TraceRoute:1",
  "SimpleFirewall:1",
];

export const summary = `InternetGatewayDevice:${igdSchema.version}[](${profiles.join(", ")})`;
