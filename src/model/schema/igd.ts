/** Table: the schema of the InternetGatewayDevice root. */
import type { Schema } from "../define.ts";
import { igdFacts } from "./igd-facts.ts";
import { schemaOf } from "./schema.ts";

export const igdSchema: Schema = schemaOf(igdFacts, "1.14");
