extends Node
## What the server spawns everywhere.

## Replicated from whoever has the authority.
var health := 100
