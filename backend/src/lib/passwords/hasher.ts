/** One way to compute bcrypt. All ways accept each other's hashes. */
export interface PasswordHasher {
  hash(password: string, cost: number): Promise<string>
  verify(password: string, hash: string): Promise<boolean>
  close(): Promise<void>
}
