ALTER TABLE "latest_observations" ADD COLUMN "ath_usd" numeric;--> statement-breakpoint
ALTER TABLE "latest_observations" ADD COLUMN "ath_at" timestamp(6) with time zone;--> statement-breakpoint
ALTER TABLE "latest_observations" ADD COLUMN "fully_diluted_valuation_usd" numeric;