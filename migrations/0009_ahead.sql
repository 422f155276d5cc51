CREATE INDEX "observations_ahead" ON "observations" USING btree ("listing_id","kind","observed_at") WHERE "observations"."observed_at" > "observations"."known_at";
--> statement-breakpoint
-- Compiling a statement takes a second; the statements here take milliseconds. See docs/decisions/jit.md.
do $$
begin
  execute format('alter role current_user in database %I set jit = off', current_database());
end
$$;
