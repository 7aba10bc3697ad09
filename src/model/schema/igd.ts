/** Table: the schema of the InternetGatewayDevice root. */
import type { Schema } from "../define.ts";
import { igdFacts } from "./igd-facts.ts";
import { schemaOf } from "./schema.ts";
import { igdVendorFacts } from "./vendor-facts.ts";

export const igdSchema: Schema = schemaOf(igdFacts + igdVendorFacts, "1.14");
