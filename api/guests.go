package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"microcourt/hub"
	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/hearing"
)

// guestRoutes are hearings by themselves, for who has a place in one and none in its case; and how the court gives such places.
func (a *API) guestRoutes() {
	const mine, one, of = "/api/v1/hearings", "/api/v1/hearings/{hearing}", "/api/v1/cases/{case}/hearings/{hearing}"
	route(a, court.ActHearingList, huma.Operation{Method: http.MethodGet, Path: mine, OperationID: "list-my-hearings",
		Summary: "My hearings, also those that I was summoned or let in to"}, a.listMyHearings)
	route(a, court.ActHearingSit, huma.Operation{Method: http.MethodGet, Path: one, OperationID: "read-sitting",
		Summary: "A hearing from my place in it"}, a.readSitting)
	route(a, court.ActHearingSit, huma.Operation{Method: http.MethodPost, Path: one + "/entries", OperationID: "sit-enter",
		Summary: "Come in: a witness into the lobby, an observer to watch"}, a.sitEnter)
	route(a, court.ActHearingSit, huma.Operation{Method: http.MethodPost, Path: one + "/departures", OperationID: "sit-leave", Summary: "Leave"}, a.sitLeave)
	route(a, court.ActHearingSit, huma.Operation{Method: http.MethodPatch, Path: one + "/me", OperationID: "sit-set",
		Summary: "Raise or lower my hand, mute or unmute myself"}, a.sitSet)
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		a.raw(rawRoute{Act: court.ActHearingSit, Method: method, Path: one + "/shown/{exhibit}/{page}", Handle: a.readShown})
	}
	route(a, court.ActGuestAccept, huma.Operation{Method: http.MethodGet, Path: one + "/rules", OperationID: "read-rules",
		Summary: "The rules of the hearing, for a guest"}, a.readRules)
	route(a, court.ActGuestAccept, huma.Operation{Method: http.MethodPost, Path: one + "/rules/acceptance", OperationID: "accept-rules",
		Summary: "Accept them exactly as they were shown", DefaultStatus: http.StatusNoContent}, a.acceptRules)
	route(a, court.ActUndertake, huma.Operation{Method: http.MethodGet, Path: one + "/undertaking", OperationID: "read-undertaking",
		Summary: "What a witness promises before testifying"}, a.readUndertaking)
	route(a, court.ActUndertake, huma.Operation{Method: http.MethodPost, Path: one + "/undertaking", OperationID: "undertake",
		Summary: "Promise it exactly as it was shown"}, a.undertake)
	route(a, court.ActGuestInvite, huma.Operation{Method: http.MethodGet, Path: of + "/guests", OperationID: "list-guests",
		Summary: "Who was summoned or let in to the hearing alone"}, a.listGuests)
	route(a, court.ActGuestInvite, huma.Operation{Method: http.MethodPost, Path: of + "/witnesses", OperationID: "summon-witness",
		Summary: "Give a witness or expert a seat"}, a.summonWitness)
	route(a, court.ActGuestInvite, huma.Operation{Method: http.MethodPost, Path: of + "/observers", OperationID: "invite-observer",
		Summary: "Let somebody watch a public hearing"}, a.inviteObserver)
	route(a, court.ActGuestInvite, huma.Operation{Method: http.MethodDelete, Path: of + "/observers/{observer}", OperationID: "remove-observer",
		Summary: "Have somebody watch no longer", DefaultStatus: http.StatusNoContent}, a.removeObserver)
}

type myHearings struct {
	Hearings []store.MyHearing `json:"hearings" nullable:"false"`
}

func (a *API) listMyHearings(ctx context.Context, _ *struct{}) (*body[myHearings], error) {
	list, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.ListMyHearings{})
	return answer(myHearings{append([]store.MyHearing{}, list...)}, err)
}

// SittingIn names a hearing by itself.
type SittingIn struct {
	Hearing string `path:"hearing" maxLength:"64"`
}

func (a *API) readSitting(ctx context.Context, in *SittingIn) (*body[*hub.SittingView], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ReadSitting{Hearing: in.Hearing}))
}

type sitIn struct {
	SittingIn
	Body struct {
		Event string `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
	}
}

func (a *API) sitEnter(ctx context.Context, in *sitIn) (*body[store.Appended], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.Sit{ID: in.Body.Event, Hearing: in.Hearing, What: hub.SitEnter}))
}

func (a *API) sitLeave(ctx context.Context, in *sitIn) (*body[store.Appended], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.Sit{ID: in.Body.Event, Hearing: in.Hearing, What: hub.SitLeave}))
}

type sitSetIn struct {
	SittingIn
	Body struct {
		Event string `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
		Muted *bool  `json:"muted,omitempty"`
		Hand  *bool  `json:"hand,omitempty"`
	}
}

func (a *API) sitSet(ctx context.Context, in *sitSetIn) (*body[store.Appended], error) {
	b := &in.Body
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.Sit{ID: b.Event, Hearing: in.Hearing, What: hub.SitSet, Set: hearing.SeatSet{Muted: b.Muted, Hand: b.Hand}}))
}

func (a *API) readRules(ctx context.Context, in *SittingIn) (*body[hub.NoticeText], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ReadRules{Hearing: in.Hearing}))
}

type acceptRulesIn struct {
	SittingIn
	Body struct {
		Version string `json:"version" maxLength:"16"`
		SHA256  string `json:"sha256" maxLength:"64"`
	}
}

func (a *API) acceptRules(ctx context.Context, in *acceptRulesIn) (*struct{}, error) {
	return done(hub.Do(ctx, a.hub, actorOf(ctx), hub.AcceptRules{Hearing: in.Hearing, Version: in.Body.Version, SHA256: in.Body.SHA256}))
}

func (a *API) readUndertaking(ctx context.Context, in *SittingIn) (*body[hub.NoticeText], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ReadUndertaking{Hearing: in.Hearing}))
}

type undertakeIn struct {
	SittingIn
	Body struct {
		Event   string `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
		Version string `json:"version" maxLength:"16"`
		SHA256  string `json:"sha256" maxLength:"64"`
	}
}

func (a *API) undertake(ctx context.Context, in *undertakeIn) (*body[store.Appended], error) {
	b := &in.Body
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.Undertake{ID: b.Event, Hearing: in.Hearing, Version: b.Version, SHA256: b.SHA256}))
}

func (a *API) listGuests(ctx context.Context, in *HearingIn) (*body[hub.Guests], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ListGuests{CaseID: in.Case, Hearing: in.Hearing}))
}

type summonWitnessIn struct {
	HearingIn
	Body struct {
		Event    string `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
		Name     string `json:"name" minLength:"1" maxLength:"40"`
		Phone    string `json:"phone" maxLength:"40" doc:"with which the witness signs in"`
		Standing string `json:"standing,omitempty" maxLength:"20" doc:"证人, 鉴定人, 专家辅助人 ...; left out: 证人"`
	}
}

func (a *API) summonWitness(ctx context.Context, in *summonWitnessIn) (*body[hub.GuestSeat], error) {
	b := &in.Body
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.SummonWitness{CaseID: in.Case, ID: b.Event, Hearing: in.Hearing, Name: b.Name, Phone: b.Phone, Standing: b.Standing}))
}

type inviteObserverIn struct {
	HearingIn
	Body struct {
		Name  string `json:"name" minLength:"1" maxLength:"40"`
		Phone string `json:"phone" maxLength:"40" doc:"with which the observer signs in"`
	}
}

func (a *API) inviteObserver(ctx context.Context, in *inviteObserverIn) (*body[hub.GuestSeat], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.InviteObserver{CaseID: in.Case, Hearing: in.Hearing, Name: in.Body.Name, Phone: in.Body.Phone}))
}

type observerIn struct {
	HearingIn
	Observer string `path:"observer" maxLength:"64"`
}

func (a *API) removeObserver(ctx context.Context, in *observerIn) (*struct{}, error) {
	return done(hub.Do(ctx, a.hub, actorOf(ctx), hub.RemoveObserver{CaseID: in.Case, Hearing: in.Hearing, Observer: in.Observer}))
}
