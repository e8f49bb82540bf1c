import type {
  AuthResult,
  LoginInput,
  OwnUser,
  RegistrationInfo,
  ResetPasswordInput,
  SettingsInput,
  SignupInput,
} from 'backend/contract'
import { get, post, request } from '../connection/http.client.ts'

/** The REST API of the session and the own account. Every function throws ApiProblem. */

export const signup = (input: SignupInput) => post<AuthResult>('/auth/signup', input)
export const login = (input: LoginInput) => post<AuthResult>('/auth/login', input)
export const logout = () => post<void>('/auth/logout', {})
/** Who may sign up, and whether an invitation is good. */
export const registration = (invite?: string) => get<RegistrationInfo>('/auth/registration', { invite })
/** A new password by a link of an admin's. */
export const resetPassword = (input: ResetPasswordInput) => post<void>('/auth/reset', input)
export const me = () => get<OwnUser>('/auth/me')
export const updateMe = (settings: SettingsInput) =>
  request<OwnUser>({ url: '/auth/me', data: settings, method: 'patch' })
