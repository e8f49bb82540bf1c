/** The wire contract: everything a browser or another program needs to know of the server's types. */
export * from './auth.ts'
export * from './conversation.ts'
export * from './events.ts'
export * from './limits.ts'
export * from './message.ts'
export * from './page.ts'
export * from './problem.ts'
export * from './user.ts'
