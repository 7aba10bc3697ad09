/** Port: file servers that are not HTTP: FTP and TFTP. TR-069 2.3.2, A.3.2.8. */
import type { FileServers } from "../../src/ports/installer.ts";
import { receiveFtp, sendFtp } from "./ftp.ts";
import { receiveTftp, sendTftp } from "./tftp.ts";

export const fileServers: FileServers = {
  schemes: ["ftp", "tftp"],
  receive: (place, file, told) =>
    new URL(place.url).protocol === "ftp:" ? receiveFtp(place, file, told) : receiveTftp(place, file, told),
  send: (place, file, told) =>
    new URL(place.url).protocol === "ftp:" ? sendFtp(place, file, told) : sendTftp(place, file, told),
};
