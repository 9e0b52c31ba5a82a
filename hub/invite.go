package hub

import (
	"context"
	"errors"
	"fmt"
	"time"

	"microcourt/store"
)

// invite tells those by text message whom the court has invited to a case, each once. It is a reminder and no service.
func (h *Hub) invite() error {
	ctx, cancel := context.WithTimeout(context.Background(), keepTimeout)
	due, err := h.store.DueInvitations(ctx)
	cancel()
	for _, m := range due[:min(len(due), remindBatch)] {
		select {
		case <-h.stop:
			return err
		default:
		}
		err = errors.Join(err, h.inviteOne(m))
	}
	return err
}

// inviteOne sends one message.
func (h *Hub) inviteOne(m store.InvitationMessage) error {
	return h.sendOnce(m.Phone, invitationText(m),
		func(ctx context.Context) (bool, error) { return h.store.ClaimInvitation(ctx, m) },
		func(ctx context.Context, sent bool) error { return h.store.InvitationTold(ctx, m, sent) })
}

// invitationText names the court and says how to link the case, and nothing of the case: the number is what somebody else wrote down, and the phone may be anybody's.
func invitationText(m store.InvitationMessage) string {
	until := time.UnixMilli(m.LinkUntil).In(courtZone)
	switch {
	case m.Linked && m.Lang == "en":
		return fmt.Sprintf("[Microcourt] %s has opened a case that you take part in. Please open Microcourt and look at your cases. This is a reminder only.", m.Court)
	case m.Linked:
		return fmt.Sprintf("【微法庭】%s有一件案件需要您参加，请登录微法庭，在“我的案件”中查看。本短信仅为提醒。", m.Court)
	case m.Lang == "en":
		return fmt.Sprintf("[Microcourt] %s invites you to take part in a case. Please sign in to Microcourt with your own phone by %s and prove your identity; the case is then among yours. This is a reminder only; please ask the court if in doubt.", m.Court, until.Format("2006-01-02"))
	}
	return fmt.Sprintf("【微法庭】%s通知您参加诉讼。请于%s前用本人手机登录微法庭并完成身份验证，案件会自动出现在“我的案件”中。本短信仅为提醒，有疑问请直接联系法院。", m.Court, until.Format("1月2日"))
}
