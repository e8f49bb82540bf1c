/** The program. */
export const NGINX = process.env['NGINX_PROGRAM']
/** Every test's server is two nodes behind nginx. */
export const ARE_TWO = NGINX !== undefined && process.env['REDIS_URL'] !== undefined
