import { Navigate, Route, Routes } from 'react-router'
import { AdminFrame } from '../components/admin/AdminFrame.tsx'
import { AuditView } from '../components/admin/audit/AuditView.tsx'
import { BroadcastsView } from '../components/admin/broadcasts/BroadcastsView.tsx'
import { ComposeBroadcast } from '../components/admin/broadcasts/compose/ComposeBroadcast.tsx'
import { ModerationView } from '../components/admin/moderation/ModerationView.tsx'
import { OverviewView } from '../components/admin/overview/OverviewView.tsx'
import { PeopleView } from '../components/admin/people/PeopleView.tsx'
import { RegistrationView } from '../components/admin/registration/RegistrationView.tsx'
import { RetentionView } from '../components/admin/retention/RetentionView.tsx'
import { ServerView } from '../components/admin/server/ServerView.tsx'

/** The URL table of the admin panel. */
export function AdminPage() {
  return (
    <Routes>
      <Route element={<AdminFrame />}>
        {/* On a phone the frame shows its list of views here instead. */}
        <Route index element={<Navigate to="/admin/overview" replace />} />
        <Route path="overview" element={<OverviewView />} />
        <Route path="people" element={<PeopleView />} />
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
  )
}
