import type { MiddlewareHandler } from 'hono';
import { AppError } from '../errors.ts';
import type { HttpEnv } from './context.ts';

const PERIOD_SECONDS = 60;

/** 600 requests a minute per client address (the figure stands in wrangler.toml), per Cloudflare location. */
export const rateLimit: MiddlewareHandler<HttpEnv> = async (c, next) => {
  const limiter = c.env.RATE_LIMITER;
  if (c.get('deps').settings.RATE_LIMIT === 'on' && limiter !== undefined) {
    const { success } = await limiter.limit({ key: c.req.header('CF-Connecting-IP') ?? 'unknown' });
    if (!success)
      throw new AppError('rate_limited', 'Too many requests from this address. Wait a minute.', {
        retry_after_s: PERIOD_SECONDS,
      });
  }
  await next();
};
