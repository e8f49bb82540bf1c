/** The number of accounts and the initial amount of each. The sum of all accounts never changes. */
export const ACCOUNTS = 8
export const AMOUNT = 100
