export {
  type RedisClient,
  type RedisLimiterStoreOptions,
  redisLimiterStore,
} from './redis-limiter-store.ts';
