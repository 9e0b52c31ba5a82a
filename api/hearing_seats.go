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

// hearingSeatRoutes are who comes into a hearing, speaks and leaves.
func (a *API) hearingSeatRoutes() {
	const one, seat = "/api/v1/cases/{case}/hearings/{hearing}", "/api/v1/cases/{case}/hearings/{hearing}/seats/{seat}"
	route(a, court.ActHearingAttend, huma.Operation{Method: http.MethodPost, Path: one + "/entries", OperationID: "enter-hearing",
		Summary: "Come into the lobby; judges and clerks, and who was only cut off, into the room"}, a.enterHearing)
	route(a, court.ActHearingAttend, huma.Operation{Method: http.MethodPost, Path: one + "/departures", OperationID: "leave-hearing",
		Summary: "Leave"}, a.leaveHearing)
	route(a, court.ActHearingAttend, huma.Operation{Method: http.MethodPatch, Path: one + "/me", OperationID: "set-own-seat",
		Summary: "Raise or lower my hand, mute or unmute myself"}, a.setOwnSeat)
	route(a, court.ActHearingConduct, huma.Operation{Method: http.MethodPatch, Path: seat, OperationID: "set-seat",
		Summary: "Mute, lock that, stop the camera, give or take the floor, lower the hand"}, a.setSeat)
	route(a, court.ActHearingConduct, huma.Operation{Method: http.MethodPost, Path: seat + "/acts", OperationID: "act-on-seat",
		Summary: "Confirm who somebody is, admit, call, dismiss, remove or warn them"}, a.actOnSeat)
	route(a, court.ActHearingAttend, huma.Operation{Method: http.MethodPost, Path: one + "/statements", OperationID: "give-statement",
		Summary: "Hand in my recording for a step of a hearing that each attends at its own time"}, a.giveStatement)
	route(a, court.ActReverify, huma.Operation{Method: http.MethodPost, Path: "/api/v1/me/codes", OperationID: "send-own-code",
		Summary: "Send a code to my own phone, to be answered before a hearing", DefaultStatus: http.StatusAccepted}, a.sendOwnCode)
	route(a, court.ActReverify, huma.Operation{Method: http.MethodPost, Path: "/api/v1/me/reverification", OperationID: "reverify",
		Summary: "Answer it: my identity is verified again in this session"}, a.reverify)
}

func (a *API) enterHearing(ctx context.Context, in *hearingActIn) (*body[store.Appended], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.EnterHearing{CaseID: in.Case, ID: in.Body.Event, Hearing: in.Hearing}))
}

func (a *API) leaveHearing(ctx context.Context, in *hearingActIn) (*body[store.Appended], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.LeaveHearing{CaseID: in.Case, ID: in.Body.Event, Hearing: in.Hearing}))
}

type ownSeatIn struct {
	HearingIn
	Body struct {
		Event string `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
		Muted *bool  `json:"muted,omitempty"`
		Hand  *bool  `json:"hand,omitempty"`
	}
}

func (a *API) setOwnSeat(ctx context.Context, in *ownSeatIn) (*body[store.Appended], error) {
	b := &in.Body
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.SetOwnSeat{CaseID: in.Case, ID: b.Event, Hearing: in.Hearing, Set: hearing.SeatSet{Muted: b.Muted, Hand: b.Hand}}))
}

type statementIn struct {
	HearingIn
	Body struct {
		Event      string        `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
		Phase      hearing.Phase `json:"phase" enum:"preparation,identity,rights,recusal,investigation,evidence,debate,final_statements,mediation,pronouncement"`
		Attachment string        `json:"attachment" maxLength:"64" doc:"a finished upload of mine, a video"`
		SHA256     string        `json:"sha256,omitempty" maxLength:"64" doc:"of the file, as computed on the phone"`
	}
}

func (a *API) giveStatement(ctx context.Context, in *statementIn) (*body[store.Appended], error) {
	b := &in.Body
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.GiveStatement{CaseID: in.Case, ID: b.Event, Hearing: in.Hearing, Phase: b.Phase, Attachment: b.Attachment, SHA256: b.SHA256}))
}

// SeatIn names a seat of a hearing.
type SeatIn struct {
	HearingIn
	Seat string `path:"seat" maxLength:"64"`
}

type setSeatIn struct {
	SeatIn
	Body struct {
		Event string `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
		hearing.SeatSet
	}
}

func (a *API) setSeat(ctx context.Context, in *setSeatIn) (*body[store.Appended], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.SetSeat{CaseID: in.Case, ID: in.Body.Event, Hearing: in.Hearing, Seat: in.Seat, Set: in.Body.SeatSet}))
}

type actOnSeatIn struct {
	SeatIn
	Body struct {
		Event  string `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
		Act    string `json:"act" enum:"check,admit,call,dismiss,remove,warn"`
		Reason string `json:"reason,omitempty" maxLength:"500" doc:"needed to remove and to warn"`
	}
}

func (a *API) actOnSeat(ctx context.Context, in *actOnSeatIn) (*body[store.Appended], error) {
	b := &in.Body
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ActOnSeat{CaseID: in.Case, ID: b.Event, Hearing: in.Hearing, Seat: in.Seat, Act: b.Act, Reason: b.Reason}))
}

func (a *API) sendOwnCode(ctx context.Context, _ *struct{}) (*sendCodeOut, error) {
	sent, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.SendOwnCode{})
	return &sendCodeOut{sent}, err
}

type reverifyIn struct {
	Body struct {
		Code string `json:"code" maxLength:"40"`
	}
}

func (a *API) reverify(ctx context.Context, in *reverifyIn) (*body[hub.Reverified], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.Reverify{Code: in.Body.Code}))
}
