package api

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"microcourt/hub"
	"microcourt/store"
	"microcourt/store/court"
)

// caseRoutes are cases, who is in them, and the notice at the door of their rooms.
func (a *API) caseRoutes() {
	const one = "/api/v1/cases/{case}"
	route(a, court.ActCaseList, huma.Operation{Method: http.MethodGet, Path: "/api/v1/cases", OperationID: "list-cases",
		Summary: "My cases"}, a.listCases)
	route(a, court.ActCaseRead, huma.Operation{Method: http.MethodGet, Path: one, OperationID: "read-case",
		Summary: "One case and who is in it"}, a.readCase)
	route(a, court.ActNoticeRead, huma.Operation{Method: http.MethodGet, Path: one + "/notices/{key}", OperationID: "read-notice",
		Summary: "A notice, filled in for the case"}, a.readNotice)
	route(a, court.ActNoticeAccept, huma.Operation{Method: http.MethodPost, Path: one + "/notices/{key}/acceptance", OperationID: "accept-notice",
		Summary: "Accept a notice exactly as it was shown", DefaultStatus: http.StatusNoContent}, a.acceptNotice)
	route(a, court.ActPersonVerify, huma.Operation{Method: http.MethodPost, Path: one + "/participants/{participant}/verification", OperationID: "verify-participant",
		Summary: "A clerk records that the person's identity was verified", DefaultStatus: http.StatusNoContent}, a.verifyParticipant)
	route(a, court.ActReviewExtend, huma.Operation{Method: http.MethodPut, Path: one + "/review/extension", OperationID: "extend-review",
		Summary: "Note that the court's president has given more time for the review of an application for retrial"}, a.extendReview)
}

type extendReviewIn struct {
	CaseIn
	Body struct {
		Event  string `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
		Until  int64  `json:"until" doc:"the last moment of it"`
		Reason string `json:"reason" maxLength:"500"`
	}
}

func (a *API) extendReview(ctx context.Context, in *extendReviewIn) (*body[store.Appended], error) {
	b := &in.Body
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ExtendReview{CaseID: in.Case, ID: b.Event, Until: b.Until, Reason: b.Reason}))
}

// eventRoutes are the record of a case's room.
func (a *API) eventRoutes() {
	const one = "/api/v1/cases/{case}"
	route(a, court.ActEventList, huma.Operation{Method: http.MethodGet, Path: one + "/threads", OperationID: "list-threads",
		Summary: "My threads with events"}, a.listThreads)
	route(a, court.ActEventList, huma.Operation{Method: http.MethodGet, Path: one + "/events", OperationID: "list-events",
		Summary: "A page of a thread, ascending"}, a.listEvents)
	route(a, court.ActMessageSend, huma.Operation{Method: http.MethodPost, Path: one + "/events", OperationID: "send-event",
		Summary: "Send a message, recall or hide one, rule somebody's speech; the same as the send frame"}, a.sendEvent)
	route(a, court.ActReadMark, huma.Operation{Method: http.MethodPut, Path: one + "/read", OperationID: "mark-read",
		Summary: "Say how far I have read a thread", DefaultStatus: http.StatusNoContent}, a.markRead)
	route(a, court.ActEventSearch, huma.Operation{Method: http.MethodGet, Path: one + "/search", OperationID: "search-events",
		Summary: "Find messages by their words, newest first"}, a.searchEvents)
}

// CaseIn names the case of a request. It is exported, as NoticeIn is, because the OpenAPI library reads embedded fields
// of exported types only.
type CaseIn struct {
	Case string `path:"case"`
}

type listCasesIn struct {
	Q      string `query:"q" maxLength:"200" doc:"terms that docket number, title, cause or a participant's name must hold"`
	State  string `query:"state" enum:"open,closed"`
	Sort   string `query:"sort" enum:"active,filed,docket"`
	Cursor string `query:"cursor" maxLength:"1000"`
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"30"`
}

// body wraps what huma answers with.
type body[T any] struct{ Body T }

func answer[T any](v T, err error) (*body[T], error) {
	if err != nil {
		return nil, err
	}
	return &body[T]{v}, nil
}

func done(_ hub.Nothing, err error) (*struct{}, error) { return nil, err }

func (a *API) listCases(ctx context.Context, in *listCasesIn) (*body[hub.CasePage], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ListCases{Q: in.Q, State: in.State, Sort: in.Sort, Cursor: in.Cursor, Limit: in.Limit}))
}

func (a *API) readCase(ctx context.Context, in *CaseIn) (*body[hub.CaseDetails], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ReadCase{CaseID: in.Case}))
}

// NoticeIn names a notice of a case.
type NoticeIn struct {
	CaseIn
	Key string `path:"key"`
}

func (a *API) readNotice(ctx context.Context, in *NoticeIn) (*body[hub.NoticeText], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ReadNotice{CaseID: in.Case, Key: in.Key}))
}

type acceptIn struct {
	NoticeIn
	Body struct {
		Version string `json:"version" maxLength:"20"`
		SHA256  string `json:"sha256" maxLength:"64"`
	}
}

func (a *API) acceptNotice(ctx context.Context, in *acceptIn) (*struct{}, error) {
	return done(hub.Do(ctx, a.hub, actorOf(ctx), hub.AcceptNotice{CaseID: in.Case, Key: in.Key, Version: in.Body.Version, SHA256: in.Body.SHA256}))
}

type verifyIn struct {
	CaseIn
	Participant string `path:"participant"`
	Body        struct {
		Method string `json:"method" enum:"in_person"`
		Note   string `json:"note,omitempty" maxLength:"200"`
	}
}

func (a *API) verifyParticipant(ctx context.Context, in *verifyIn) (*struct{}, error) {
	return done(hub.Do(ctx, a.hub, actorOf(ctx), hub.VerifyParticipant{
		CaseID: in.Case, Participant: in.Participant, Method: in.Body.Method, Note: in.Body.Note}))
}

type threadList struct {
	Threads []store.ThreadState `json:"threads" nullable:"false"`
}

func (a *API) listThreads(ctx context.Context, in *CaseIn) (*body[threadList], error) {
	threads, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.ListThreads{CaseID: in.Case})
	return answer(threadList{threads}, err)
}

type listEventsIn struct {
	CaseIn
	Thread string `query:"thread" required:"true" maxLength:"200"`
	Before int64  `query:"before" minimum:"0" doc:"events before this seq; 0: the newest"`
	After  int64  `query:"after" minimum:"-1" default:"-1" doc:"events after this seq, in place of before; -1: not asked"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

func (a *API) listEvents(ctx context.Context, in *listEventsIn) (*body[hub.EventPage], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ListEvents{
		CaseID: in.Case, Thread: in.Thread, Page: store.Page{Before: in.Before, After: in.After, Limit: in.Limit}}))
}

type sendIn struct {
	CaseIn
	Body struct {
		Thread string          `json:"thread" maxLength:"200"`
		Event  string          `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
		Kind   court.Kind      `json:"kind"`
		Body   json.RawMessage `json:"body" doc:"as the protocol document says for the kind"`
	}
}

func (a *API) sendEvent(ctx context.Context, in *sendIn) (*body[store.Appended], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.SendEvent{
		CaseID: in.Case, Thread: in.Body.Thread, ID: in.Body.Event, Kind: in.Body.Kind, Body: in.Body.Body}))
}

type markIn struct {
	CaseIn
	Body struct {
		Thread string `json:"thread" maxLength:"200"`
		Seq    int64  `json:"seq" minimum:"1"`
	}
}

func (a *API) markRead(ctx context.Context, in *markIn) (*struct{}, error) {
	return done(hub.Do(ctx, a.hub, actorOf(ctx), hub.MarkRead{CaseID: in.Case, Thread: in.Body.Thread, Seq: in.Body.Seq}))
}

type searchIn struct {
	CaseIn
	Q      string `query:"q" required:"true" minLength:"1" maxLength:"200"`
	Cursor string `query:"cursor" maxLength:"1000"`
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"30"`
}

type searchOut struct {
	Events []court.Event `json:"events" nullable:"false"`
	Next   string        `json:"next" doc:"cursor of the next page, empty at the end"`
}

func (a *API) searchEvents(ctx context.Context, in *searchIn) (*body[searchOut], error) {
	from, err := readPlace(in.Cursor)
	if err != nil {
		return nil, err
	}
	found, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.SearchEvents{CaseID: in.Case, Query: in.Q, From: from, Limit: in.Limit})
	return answer(searchOut{found.Events, writePlace(found.Next)}, err)
}

// readPlace and writePlace put the place where a list goes on into a cursor.
func readPlace(cursor string) (store.Place, error) {
	var place store.Place
	if cursor == "" {
		return place, nil
	}
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil || json.Unmarshal(text, &place) != nil {
		return place, court.ErrInvalid.In("cursor")
	}
	return place, nil
}

func writePlace(p store.Place) string {
	if p.ID == "" {
		return ""
	}
	text, _ := json.Marshal(p) // two plain fields
	return base64.RawURLEncoding.EncodeToString(text)
}
