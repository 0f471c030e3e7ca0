// What GitOps tools make of objects, by their own libraries: kstatus, which Flux and
// kpt ask whether an object is ready, and gopher-lua, in which Argo CD runs health
// scripts. Reads {"script": …, "objects": […]} and prints an answer for each object.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	lua "github.com/yuin/gopher-lua"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/cli-utils/pkg/kstatus/status"
)

type question struct {
	Script  string            `json:"script"`
	Objects []json.RawMessage `json:"objects"`
}

type answer struct {
	Kstatus string `json:"kstatus"`
	Health  string `json:"health"`
	Message string `json:"message"`
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	var asked question
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		return err
	}
	answers := make([]answer, 0, len(asked.Objects))
	for _, raw := range asked.Objects {
		var object unstructured.Unstructured // whose decoder tells whole numbers from others, as kstatus wants
		if err := object.UnmarshalJSON(raw); err != nil {
			return err
		}
		result, err := status.Compute(&object)
		if err != nil {
			return fmt.Errorf("kstatus: %w", err)
		}
		health, message, err := healthOf(asked.Script, object.Object)
		if err != nil {
			return fmt.Errorf("health script: %w", err)
		}
		answers = append(answers, answer{Kstatus: result.Status.String(), Health: health, Message: message})
	}
	return json.NewEncoder(os.Stdout).Encode(answers)
}

// healthOf runs the script as Argo CD does: without libraries but the base, tables and
// strings, with the object in `obj`, for a table with `status` and `message`.
func healthOf(script string, object map[string]any) (string, string, error) {
	state := lua.NewState(lua.Options{SkipOpenLibs: true})
	defer state.Close()
	for name, open := range map[string]lua.LGFunction{
		lua.BaseLibName:   lua.OpenBase,
		lua.TabLibName:    lua.OpenTable,
		lua.StringLibName: lua.OpenString,
	} {
		state.Push(state.NewFunction(open))
		state.Push(lua.LString(name))
		state.Call(1, 0)
	}
	state.SetGlobal("obj", luaOf(state, object))
	if err := state.DoString(script); err != nil {
		return "", "", err
	}
	table, ok := state.Get(-1).(*lua.LTable)
	if !ok {
		return "", "", fmt.Errorf("it must return a table, not %s", state.Get(-1).Type())
	}
	return lua.LVAsString(table.RawGetString("status")), lua.LVAsString(table.RawGetString("message")), nil
}

func luaOf(state *lua.LState, value any) lua.LValue {
	switch value := value.(type) {
	case bool:
		return lua.LBool(value)
	case int64:
		return lua.LNumber(value)
	case float64:
		return lua.LNumber(value)
	case string:
		return lua.LString(value)
	case []any:
		table := state.NewTable()
		for _, item := range value {
			table.Append(luaOf(state, item))
		}
		return table
	case map[string]any:
		table := state.NewTable()
		for key, item := range value {
			table.RawSetString(key, luaOf(state, item))
		}
		return table
	}
	return lua.LNil
}
