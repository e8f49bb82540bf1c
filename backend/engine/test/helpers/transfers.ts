/** How many accounts there are, and what each has at the beginning. All of them together have the same at any time. */
export const ACCOUNTS = 8
export const AMOUNT = 100
