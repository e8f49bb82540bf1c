import { QueryClientProvider } from '@tanstack/react-query'
import { useState } from 'react'
import { Navigate, Route, Routes } from 'react-router'
import { createAdminQueryClient } from './shared/admin.queryClient.ts'
import { AdminFrame } from './AdminFrame.tsx'
import { AuditView } from './audit/AuditView.tsx'
import { BroadcastsView } from './broadcasts/BroadcastsView.tsx'
import { ComposeBroadcast } from './broadcasts/compose/ComposeBroadcast.tsx'
import { ModerationView } from './moderation/ModerationView.tsx'
import { OverviewView } from './overview/OverviewView.tsx'
import { UsersView } from './users/UsersView.tsx'
import { RegistrationView } from './registration/RegistrationView.tsx'
import { RetentionView } from './retention/RetentionView.tsx'
import { ServerView } from './server/ServerView.tsx'

/** The URL table of the admin panel. */
export function AdminPage() {
  const [client] = useState(createAdminQueryClient)
  return (
    <QueryClientProvider client={client}>
      <Routes>
        <Route element={<AdminFrame />}>
          {/* On a phone the frame shows its list of views here instead. */}
          <Route index element={<Navigate to="/admin/overview" replace />} />
          <Route path="overview" element={<OverviewView />} />
          <Route path="people" element={<UsersView />} />
          <Route path="broadcasts" element={<BroadcastsView />} />
          <Route path="broadcasts/:id" element={<BroadcastsView />} />
          <Route path="broadcasts/new" element={<ComposeBroadcast />} />
          <Route path="broadcasts/:id/edit" element={<ComposeBroadcast />} />
          <Route path="moderation" element={<ModerationView />} />
          <Route path="audit" element={<AuditView />} />
          <Route path="retention" element={<RetentionView />} />
          <Route path="sign-in" element={<RegistrationView />} />
          <Route path="server" element={<ServerView />} />
          <Route path="*" element={<Navigate to="/admin" replace />} />
        </Route>
      </Routes>
    </QueryClientProvider>
  )
}
