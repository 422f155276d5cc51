CREATE TABLE "assets" (
	"id" text PRIMARY KEY NOT NULL,
	"symbol" text,
	"name" text,
	"created_at" timestamp(6) with time zone NOT NULL,
	"merged_into" text
);
--> statement-breakpoint
CREATE TABLE "catalog" (
	"source" text NOT NULL,
	"external_id" text NOT NULL,
	"symbol" text,
	"name" text,
	CONSTRAINT "catalog_source_external_id_pk" PRIMARY KEY("source","external_id")
);
--> statement-breakpoint
CREATE TABLE "contracts" (
	"source" text NOT NULL,
	"external_id" text NOT NULL,
	"platform" text NOT NULL,
	"address" text NOT NULL,
	CONSTRAINT "contracts_source_external_id_platform_address_pk" PRIMARY KEY("source","external_id","platform","address")
);
--> statement-breakpoint
CREATE TABLE "decisions" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "decisions_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"mapping_id" bigint NOT NULL,
	"listing_id" integer NOT NULL,
	"action" text NOT NULL,
	"asset_id" text NOT NULL,
	"who" text NOT NULL,
	"why" text NOT NULL,
	"decided_at" timestamp(6) with time zone NOT NULL,
	CONSTRAINT "decisions_action" CHECK ("decisions"."action" in ('confirm', 'reject', 'pin'))
);
--> statement-breakpoint
CREATE TABLE "mappings" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "mappings_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"listing_id" integer NOT NULL,
	"asset_id" text NOT NULL,
	"method" text NOT NULL,
	"confidence" numeric NOT NULL,
	"evidence" jsonb NOT NULL,
	"state" text NOT NULL,
	"flagged_at" timestamp(6) with time zone,
	"flag_reason" text,
	"valid_from" timestamp(6) with time zone NOT NULL,
	"valid_to" timestamp(6) with time zone,
	CONSTRAINT "mappings_state" CHECK ("mappings"."state" in ('active', 'proposed', 'conflict', 'rejected', 'ended'))
);
--> statement-breakpoint
ALTER TABLE "listings" ADD COLUMN "asset_id" text;--> statement-breakpoint
ALTER TABLE "listings" ADD COLUMN "is_resolved" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "decisions" ADD CONSTRAINT "decisions_mapping_id_mappings_id_fk" FOREIGN KEY ("mapping_id") REFERENCES "public"."mappings"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "decisions" ADD CONSTRAINT "decisions_listing_id_listings_id_fk" FOREIGN KEY ("listing_id") REFERENCES "public"."listings"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "decisions" ADD CONSTRAINT "decisions_asset_id_assets_id_fk" FOREIGN KEY ("asset_id") REFERENCES "public"."assets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mappings" ADD CONSTRAINT "mappings_listing_id_listings_id_fk" FOREIGN KEY ("listing_id") REFERENCES "public"."listings"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mappings" ADD CONSTRAINT "mappings_asset_id_assets_id_fk" FOREIGN KEY ("asset_id") REFERENCES "public"."assets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "assets_symbol" ON "assets" USING btree ("symbol");--> statement-breakpoint
CREATE INDEX "catalog_symbol" ON "catalog" USING btree ("symbol");--> statement-breakpoint
CREATE INDEX "contracts_address" ON "contracts" USING btree ("platform","address");--> statement-breakpoint
CREATE INDEX "decisions_listing" ON "decisions" USING btree ("listing_id","id");--> statement-breakpoint
CREATE INDEX "decisions_mapping" ON "decisions" USING btree ("mapping_id");--> statement-breakpoint
CREATE UNIQUE INDEX "mappings_active" ON "mappings" USING btree ("listing_id") WHERE "mappings"."state" = 'active';--> statement-breakpoint
CREATE UNIQUE INDEX "mappings_standing" ON "mappings" USING btree ("listing_id","asset_id") WHERE "mappings"."state" <> 'ended';--> statement-breakpoint
CREATE INDEX "mappings_asset" ON "mappings" USING btree ("asset_id");--> statement-breakpoint
CREATE INDEX "mappings_state" ON "mappings" USING btree ("state","method","id");--> statement-breakpoint
ALTER TABLE "listings" ADD CONSTRAINT "listings_asset_id_assets_id_fk" FOREIGN KEY ("asset_id") REFERENCES "public"."assets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "listings_asset" ON "listings" USING btree ("asset_id");--> statement-breakpoint
CREATE INDEX "listings_unresolved" ON "listings" USING btree ("id") WHERE not "listings"."is_resolved";