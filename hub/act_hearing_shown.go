package hub

import (
	"context"

	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/hearing"
)

// seesShown reports whether a guest in the room sees what is shown. Who has a place in the case reads its evidence instead.
func seesShown(st *court.Standing, v *SittingView, s *hearing.State) bool {
	if st.Role == court.RoleObserver {
		return v.Presence == hearing.Admitted && hearing.Observed(s)
	}
	return st.Role == court.RoleWitness && hearing.Sees(s, st.ParticipantID)
}

// ReadShown opens the page of an exhibit that is shown to the actor, a guest of the hearing, with the actor's name over it. It ends with the showing: whatever isn't shown at the moment
// is not found. The caller closes it.
type ReadShown struct {
	Hearing, Exhibit string
	Page             int
}

func (r ReadShown) rule() rule { return rule{act: court.ActHearingSit, hearing: r.Hearing} }

func (r ReadShown) do(ctx context.Context, h *Hub, actor Actor, st *court.Standing) (*File, error) {
	s, _, err := h.store.HearingState(ctx, r.Hearing)
	if err != nil {
		return nil, err
	}
	var v SittingView
	var g store.Guest
	if st.Role.Guest() {
		if g, err = h.store.GuestOf(ctx, s.ID, actor.PersonID); err != nil {
			return nil, err
		}
		if g.Here() {
			v.Presence = hearing.Admitted
		}
	}
	if h.files == nil || !seesShown(st, &v, s) || s.Shown.Exhibit != r.Exhibit || s.Shown.Page != r.Page {
		return nil, court.ErrNotFound
	}
	f, err := h.files.OpenShown(ctx, r.Exhibit, r.Page, g.Name)
	if err != nil {
		return nil, err
	}
	return h.marked(ctx, f), nil
}
