/** Table: vendor parameters of InternetGatewayDevice. What TR-181 has in Optical.Interface TR-098 has no names for:
 * optical modules have names of the vendor here. Their facts are in schema/vendor-facts.ts. */
import { object, table } from "../../../../src/model/define.ts";
import * as optical from "../optical.ts";

export const opticalInterfaces = table({
  ...optical.modules,
  instance: object({
    Status: optical.status,
    Name: optical.name,
    OpticalSignalLevel: optical.signalLevel,
    TransmitOpticalLevel: optical.transmitLevel,
  }),
});
