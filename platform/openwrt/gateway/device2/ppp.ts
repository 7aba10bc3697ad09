/** Table: Device.PPP. A session is a layer between an IP interface and its link. TR-098 has session and connection in
 * one object; here the address and name servers of the connection are in IPCP and in IP.Interface. */
import { always, count, object, table } from "../../../../src/model/define.ts";
import { aliased } from "../alias.ts";
import * as connection from "../connection.ts";
import * as logical from "../interface.ts";
import * as ip from "../ip.ts";
import * as layers from "../layers.ts";
import * as order from "../order.ts";
import * as ppp from "../ppp.ts";
import { lineStats } from "./stats.ts";

const interfaces = table({
  ...ppp.allSessions,
  instance: aliased(
    "ppp",
    {
      Enable: logical.enable,
      Status: ip.status,
      Name: ip.name,
      LastChange: ip.lastChange,
      LowerLayers: layers.lowerLayers("ppp"),
      Reset: order.reset,
      Username: ppp.username,
      Password: ppp.password,
      ConnectionStatus: connection.connectionStatus,
      LastConnectionError: ppp.lastError,
      IdleDisconnectTime: ppp.idleDisconnectTime,
      ConnectionTrigger: ppp.connectionTrigger,
      LCPEcho: ppp.lcpEcho,
      LCPEchoRetry: ppp.lcpEchoRetry,
      IPv6CPEnable: ppp.ipv6cpEnable,
    },
    {
      PPPoE: object(
        { SessionID: ppp.sessionId, ACName: ppp.acName, ServiceName: ppp.serviceName },
        {},
        { present: ppp.isPppoe },
      ),
      IPCP: object({
        LocalIPAddress: ppp.localAddress,
        RemoteIPAddress: ppp.remoteAddress,
        DNSServers: ppp.dnsServers,
      }),
      Stats: lineStats(ppp.stats),
    },
  ),
});

export const sessions = object(
  { InterfaceNumberOfEntries: count(interfaces), SupportedNCPs: always("IPCP,IPv6CP") },
  { Interface: interfaces },
);
