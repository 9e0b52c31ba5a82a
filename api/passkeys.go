package api

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"microcourt/hub"
	"microcourt/hub/passkey"
	"microcourt/store/court"
)

// passkeyRoutes: signing in with a passkey, and my own passkeys (通行密钥).
func (a *API) passkeyRoutes() {
	const door, mine = "/api/v1/auth/passkey", "/api/v1/me/passkeys"
	const maxAnswer = passkey.MaxAnswer + 4096
	route(a, court.ActSignInPasskey, huma.Operation{Method: http.MethodPost, Path: door + "/question", OperationID: "beginPasskeySignIn",
		Summary: "What an authenticator is asked of somebody who signs in; the same for everybody"}, a.beginPasskeySignIn)
	route(a, court.ActSignInPasskey, huma.Operation{Method: http.MethodPost, Path: door, OperationID: "finishPasskeySignIn",
		Summary: "Sign in with its answer", MaxBodyBytes: maxAnswer}, a.finishPasskeySignIn)
	route(a, court.ActPasskeyKeep, huma.Operation{Method: http.MethodGet, Path: mine, OperationID: "listPasskeys",
		Summary: "My passkeys"}, a.listPasskeys)
	route(a, court.ActPasskeyKeep, huma.Operation{Method: http.MethodPost, Path: mine + "/question", OperationID: "beginPasskey",
		Summary: "What my authenticator is asked for a new passkey; I have answered a code on my phone, or as one of the court's people signed in, within half an hour"}, a.beginPasskey)
	route(a, court.ActPasskeyKeep, huma.Operation{Method: http.MethodPost, Path: mine, OperationID: "addPasskey",
		Summary: "Keep the passkey that it has made", MaxBodyBytes: maxAnswer}, a.addPasskey)
	route(a, court.ActPasskeyKeep, huma.Operation{Method: http.MethodPatch, Path: mine + "/{passkey}", OperationID: "renamePasskey",
		Summary: "Call one of my passkeys something else", DefaultStatus: http.StatusNoContent}, a.renamePasskey)
	route(a, court.ActPasskeyKeep, huma.Operation{Method: http.MethodDelete, Path: mine + "/{passkey}", OperationID: "removePasskey",
		Summary: "Take one of my passkeys away", DefaultStatus: http.StatusNoContent}, a.removePasskey)
}

func (a *API) beginPasskeySignIn(ctx context.Context, _ *struct{}) (*body[hub.PasskeyQuestion], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.BeginPasskeySignIn{}))
}

type finishPasskeySignInIn struct {
	Session string `header:"X-Session" doc:"'token' gives the session's token instead of a cookie, for programs that are no browsers"`
	Body    struct {
		Attempt string          `json:"attempt" maxLength:"64"`
		Answer  json.RawMessage `json:"answer" doc:"AuthenticationResponseJSON of Web Authentication Level 3"`
		Device  string          `json:"device,omitempty" maxLength:"200" doc:"what to call this device in the list of sessions"`
	}
}

func (a *API) finishPasskeySignIn(ctx context.Context, in *finishPasskeySignInIn) (*signedInOut, error) {
	signed, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.FinishPasskeySignIn{Attempt: in.Body.Attempt, Answer: in.Body.Answer, Device: in.Body.Device})
	if err != nil {
		return nil, err
	}
	return a.signedIn(ctx, in.Session, signed), nil
}

type passkeyList struct {
	Passkeys []hub.PasskeyInfo `json:"passkeys" nullable:"false"`
}

func (a *API) listPasskeys(ctx context.Context, _ *struct{}) (*body[passkeyList], error) {
	list, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.ListPasskeys{})
	return answer(passkeyList{list}, err)
}

func (a *API) beginPasskey(ctx context.Context, _ *struct{}) (*body[hub.PasskeyQuestion], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.BeginPasskey{}))
}

type addPasskeyIn struct {
	Body struct {
		Attempt string          `json:"attempt" maxLength:"64"`
		Name    string          `json:"name" maxLength:"200" doc:"what I call it: 1 to 40 characters"`
		Answer  json.RawMessage `json:"answer" doc:"RegistrationResponseJSON of Web Authentication Level 3"`
	}
}

func (a *API) addPasskey(ctx context.Context, in *addPasskeyIn) (*body[hub.PasskeyInfo], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.AddPasskey{Attempt: in.Body.Attempt, Name: in.Body.Name, Answer: in.Body.Answer}))
}

// PasskeyIn names a passkey.
type PasskeyIn struct {
	Passkey string `path:"passkey" maxLength:"64"`
}

type renamePasskeyIn struct {
	PasskeyIn
	Body struct {
		Name string `json:"name" maxLength:"200"`
	}
}

func (a *API) renamePasskey(ctx context.Context, in *renamePasskeyIn) (*struct{}, error) {
	return done(hub.Do(ctx, a.hub, actorOf(ctx), hub.RenamePasskey{ID: in.Passkey, Name: in.Body.Name}))
}

func (a *API) removePasskey(ctx context.Context, in *PasskeyIn) (*struct{}, error) {
	return done(hub.Do(ctx, a.hub, actorOf(ctx), hub.RemovePasskey{ID: in.Passkey}))
}
