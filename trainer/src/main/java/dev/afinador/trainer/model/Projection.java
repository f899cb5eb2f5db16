package dev.afinador.trainer.model;

/// The matrices of a layer, by the names that files and adapters use.
public enum Projection {
    Q("self_attn.q_proj"),
    K("self_attn.k_proj"),
    V("self_attn.v_proj"),
    O("self_attn.o_proj"),
    GATE("mlp.gate_proj"),
    UP("mlp.up_proj"),
    DOWN("mlp.down_proj");

    private final String path;

    Projection(String path) {
        this.path = path;
    }

    /// E.g. `model.layers.3.self_attn.q_proj`.
    public String name(int layer) {
        return "model.layers." + layer + "." + path;
    }

    /// E.g. `q_proj`, as adapter configurations name it.
    public String module() {
        return path.substring(path.indexOf('.') + 1);
    }

    long inputs(ModelConfig c) {
        return switch (this) {
            case Q, K, V, GATE, UP -> c.hidden();
            case O -> (long) c.heads() * c.headDim();
            case DOWN -> c.intermediate();
        };
    }

    long outputs(ModelConfig c) {
        return switch (this) {
            case Q -> (long) c.heads() * c.headDim();
            case K, V -> (long) c.kvHeads() * c.headDim();
            case O, DOWN -> c.hidden();
            case GATE, UP -> c.intermediate();
        };
    }

    boolean hasBias(ModelConfig c) {
        return switch (this) {
            case Q, K, V -> c.qkvBias();
            case O -> c.outputBias();
            case GATE, UP, DOWN -> c.mlpBias();
        };
    }
}
