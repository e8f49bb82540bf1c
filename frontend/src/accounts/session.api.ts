import type {
  AuthResult,
  LoginInput,
  OwnUser,
  RegistrationInfo,
  SessionInfo,
  ResetPasswordInput,
  SettingsInput,
  SignupInput,
} from 'backend/contract'
import { get, post, request } from '../connection/http.client.ts'
import { postOnce } from '../connection/repeatable.client.ts'

/** The REST API of the session and the user's own account. Every function throws ApiProblem. */

export const signup = (input: SignupInput) => postOnce<AuthResult>('/auth/signup', input, [input.username, input.email])
export const login = (input: LoginInput) => post<AuthResult>('/auth/login', input)
export const logout = () => post<void>('/auth/logout', {})
/** Returns the signed-in user, if there is one. It refuses no visitor, so that the console stays clean. */
export const session = () => get<SessionInfo>('/auth/session')
/** Returns who can sign up, and whether an invitation is valid. */
export const registration = (invite?: string) => get<RegistrationInfo>('/auth/registration', { invite })
/** Sets a new password with the token of a reset link. */
export const resetPassword = (input: ResetPasswordInput) => postOnce<void>('/auth/reset', input, 'reset')
export const me = () => get<OwnUser>('/auth/me')
export const updateMe = (settings: SettingsInput) =>
  request<OwnUser>({ url: '/auth/me', data: settings, method: 'patch' })
