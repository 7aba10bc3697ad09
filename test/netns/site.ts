/** Helper: the site of a portal as a program of its own, for a namespace. argv: origin of the kick page, own address */
import { Portal } from "../e2e/portal.ts";

const [gateway = "", address = ""] = process.argv.slice(2);
const portal = await Portal.open(gateway, address);
console.log(`site ${portal.http} ${portal.https}`);
