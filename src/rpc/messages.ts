/** Table: the structures of Annex A that travel in arguments. Names are the specification's. TR-069 A.2, A.3, A.5. */
import type { XsdType } from "../soap/names.ts";

/** Table 14. In a received message `type` is the xsi:type's local name or "string" where there was none. */
export interface ParameterValueStruct {
  readonly Name: string;
  readonly Value: string;
  readonly type: XsdType | (string & {});
}

/** Table 19. */
export interface ParameterInfoStruct {
  readonly Name: string;
  readonly Writable: boolean;
}

/** Table 22. */
export interface SetParameterAttributesStruct {
  readonly Name: string;
  readonly NotificationChange: boolean;
  readonly Notification: number;
  readonly AccessListChange: boolean;
  readonly AccessList: readonly string[];
}

/** Table 25. */
export interface ParameterAttributeStruct {
  readonly Name: string;
  readonly Notification: number;
  readonly AccessList: readonly string[];
}

/** Table 36. */
export interface DeviceIdStruct {
  readonly Manufacturer: string;
  readonly OUI: string;
  readonly ProductClass: string;
  readonly SerialNumber: string;
}

/** Table 37. */
export interface EventStruct {
  readonly EventCode: string;
  readonly CommandKey: string;
}
