"""Reference numbers for the trainer's tests, from the formulas of the papers in plain NumPy (float64), with gradients derived by hand.

Writes, for each family of features, a tiny random model folder (config.json, model.safetensors) and expected.safetensors with logits, loss and
gradients. Run: python3 trainer/src/test/python/reference.py trainer/src/test/resources/reference
"""
import json
import os
import struct
import sys

import numpy as np


def save(path, tensors):
    header, blobs, at = {}, [], 0
    for name, array in tensors.items():
        data = np.ascontiguousarray(array, dtype="<i8" if array.dtype.kind == "i" else "<f4").tobytes()
        header[name] = {
            "dtype": "I64" if array.dtype.kind == "i" else "F32",
            "shape": list(array.shape),
            "data_offsets": [at, at + len(data)],
        }
        blobs.append(data)
        at += len(data)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(blobs))


class Model:
    """Decoder with a hand-written way back. Everything in float64."""

    def __init__(self, config, w):
        self.c, self.w, self.g = config, w, {k: np.zeros_like(v) for k, v in w.items()}
        c = config
        self.H, self.K = c["num_attention_heads"], c["num_key_value_heads"]
        self.D = c.get("head_dim", c["hidden_size"] // self.H)
        self.eps = c["rms_norm_eps"]
        self.lora = None  # {"rank", "alpha", matrices by name}

    def frequencies(self):
        c, d = self.c, self.D
        f = c["rope_theta"] ** (-np.arange(0, d, 2) / d)
        s = c.get("rope_scaling")
        if not s:
            return f
        if s["rope_type"] == "linear":
            return f / s["factor"]
        low, high, old = s["low_freq_factor"], s["high_freq_factor"], s["original_max_position_embeddings"]
        out = []
        for x in f:
            wave = 2 * np.pi / x
            if wave < old / high:
                out.append(x)
            elif wave > old / low:
                out.append(x / s["factor"])
            else:
                smooth = (old / wave - low) / (high - low)
                out.append((1 - smooth) * x / s["factor"] + smooth * x)
        return np.array(out)

    # every forward returns its value and a function that takes the gradient back
    def norm(self, x, name):
        w = self.w[name]
        r = 1 / np.sqrt((x * x).mean(-1, keepdims=True) + self.eps)
        y = x * r

        def back(g):
            self.g[name] += (g * y).reshape(-1, w.size).sum(0)
            gy = g * w
            return r * (gy - y * (gy * y).mean(-1, keepdims=True))

        return y * w, back

    def linear(self, x, name):
        w, b = self.w[name + ".weight"], self.w.get(name + ".bias")
        y = x @ w.T + (0 if b is None else b)
        pair = self.lora and self.lora.get(name)
        if pair:
            a, bb, scale = pair
            h = x @ a.T
            y = y + scale * (h @ bb.T)

        def back(g):
            flat, xf = g.reshape(-1, g.shape[-1]), x.reshape(-1, x.shape[-1])
            self.g[name + ".weight"] += flat.T @ xf
            if b is not None:
                self.g[name + ".bias"] += flat.sum(0)
            gx = g @ w
            if pair:
                hf = h.reshape(-1, h.shape[-1])
                self.g["B." + name] = self.g.get("B." + name, 0) + scale * flat.T @ hf
                gh = scale * (g @ bb)
                self.g["A." + name] = self.g.get("A." + name, 0) + gh.reshape(-1, gh.shape[-1]).T @ xf
                gx = gx + gh @ a
            return gx

        return y, back

    def rope(self, x):  # (B, T, heads, D)
        t, half = x.shape[1], self.D // 2
        angle = np.arange(t)[:, None] * self.frequencies()[None]
        cos, sin = np.cos(angle)[None, :, None], np.sin(angle)[None, :, None]
        turn = lambda u, s: np.concatenate(
            [u[..., :half] * cos - s * u[..., half:] * sin, u[..., half:] * cos + s * u[..., :half] * sin], -1
        )
        return turn(x, 1), lambda g: turn(g, -1)

    def layer(self, x, i):
        p = f"model.layers.{i}."
        b, t, _ = x.shape
        n1, n1_back = self.norm(x, p + "input_layernorm.weight")
        q, q_back = self.linear(n1, p + "self_attn.q_proj")
        k, k_back = self.linear(n1, p + "self_attn.k_proj")
        v, v_back = self.linear(n1, p + "self_attn.v_proj")
        q, k, v = q.reshape(b, t, self.H, self.D), k.reshape(b, t, self.K, self.D), v.reshape(b, t, self.K, self.D)
        qn_back = kn_back = lambda g: g
        if p + "self_attn.q_norm.weight" in self.w:
            q, qn_back = self.norm(q, p + "self_attn.q_norm.weight")
            k, kn_back = self.norm(k, p + "self_attn.k_norm.weight")
        q, qr_back = self.rope(q)
        k, kr_back = self.rope(k)
        share = self.H // self.K
        kk, vv = np.repeat(k, share, 2), np.repeat(v, share, 2)
        s = np.einsum("bthd,bshd->bhts", q, kk) / np.sqrt(self.D)
        s = np.where(np.tril(np.ones((t, t), bool)), s, -np.inf)
        a = np.exp(s - s.max(-1, keepdims=True))
        a /= a.sum(-1, keepdims=True)
        o = np.einsum("bhts,bshd->bthd", a, vv).reshape(b, t, -1)
        o, o_back = self.linear(o, p + "self_attn.o_proj")
        h = x + o
        n2, n2_back = self.norm(h, p + "post_attention_layernorm.weight")
        gate, gate_back = self.linear(n2, p + "mlp.gate_proj")
        up, up_back = self.linear(n2, p + "mlp.up_proj")
        sig = 1 / (1 + np.exp(-gate))
        down, down_back = self.linear(gate * sig * up, p + "mlp.down_proj")

        def back(g):
            gm = down_back(g)
            gn2 = gate_back(gm * up * (sig + gate * sig * (1 - sig))) + up_back(gm * gate * sig)
            gh = g + n2_back(gn2)
            go = o_back(gh).reshape(b, t, self.H, self.D)
            ga = np.einsum("bthd,bshd->bhts", go, vv)
            gvv = np.einsum("bhts,bthd->bshd", a, go)
            gs = a * (ga - (ga * a).sum(-1, keepdims=True)) / np.sqrt(self.D)
            gq = np.einsum("bhts,bshd->bthd", gs, kk)
            gkk = np.einsum("bhts,bthd->bshd", gs, q)
            fold = lambda u: u.reshape(b, t, self.K, share, self.D).sum(3)
            gq, gk, gv = qn_back(qr_back(gq)), kn_back(kr_back(fold(gkk))), fold(gvv)
            gn1 = q_back(gq.reshape(b, t, -1)) + k_back(gk.reshape(b, t, -1)) + v_back(gv.reshape(b, t, -1))
            return gh + n1_back(gn1)

        return h + down, back

    def forward(self, ids):
        e = "model.embed_tokens.weight"
        x = self.w[e][ids]
        backs = []
        for i in range(self.c["num_hidden_layers"]):
            x, back = self.layer(x, i)
            backs.append(back)
        n, n_back = self.norm(x, "model.norm.weight")
        head = e if self.c["tie_word_embeddings"] else "lm_head.weight"
        logits = n @ self.w[head].T

        def back(g):
            self.g[head] += g.reshape(-1, g.shape[-1]).T @ n.reshape(-1, n.shape[-1])
            gx = n_back(g @ self.w[head])
            for one in reversed(backs):
                gx = one(gx)
            np.add.at(self.g[e], ids, gx)

        return logits, back


def log_softmax(x):
    m = x - x.max(-1, keepdims=True)
    return m - np.log(np.exp(m).sum(-1, keepdims=True))


def loss(model, ids, weights):
    """Mean over weighted targets of the next token's negative log-likelihood. weights[b, t] belongs to token t."""
    logits, back = model.forward(ids)
    lp = log_softmax(logits[:, :-1])
    target, w = ids[:, 1:], weights[:, 1:]
    picked = np.take_along_axis(lp, target[..., None], -1)[..., 0]
    value = -(picked * w).sum() / w.sum()
    g = np.zeros_like(logits)
    one = np.zeros_like(lp)
    np.put_along_axis(one, target[..., None], 1, -1)
    g[:, :-1] = (np.exp(lp) - one) * (w / w.sum())[..., None]
    back(g)
    return logits, value


def sequence_logp(model, ids, weights):
    logits, back = model.forward(ids)
    lp = log_softmax(logits[:, :-1])
    picked = np.take_along_axis(lp, ids[:, 1:, None], -1)[..., 0]

    def go(g):  # one gradient per sequence
        one = np.zeros_like(lp)
        np.put_along_axis(one, ids[:, 1:, None], 1, -1)
        full = np.zeros_like(logits)
        full[:, :-1] = (one - np.exp(lp)) * weights[:, 1:, None] * g[:, None, None]
        back(full)

    return (picked * weights[:, 1:]).sum(1), go


BASE = dict(
    vocab_size=48, hidden_size=24, intermediate_size=40, num_hidden_layers=2, num_attention_heads=4,
    num_key_value_heads=2, rms_norm_eps=1e-5, rope_theta=10000.0, max_position_embeddings=64,
    tie_word_embeddings=True, hidden_act="silu",
)
FAMILIES = {
    "llama3": dict(
        architectures=["LlamaForCausalLM"], rope_theta=500000.0,
        rope_scaling=dict(rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
                          original_max_position_embeddings=16),
    ),
    "llama2": dict(architectures=["LlamaForCausalLM"], num_key_value_heads=4, tie_word_embeddings=False,
                   rope_scaling=dict(rope_type="linear", factor=2.0)),
    "mistral": dict(architectures=["MistralForCausalLM"], tie_word_embeddings=False, sliding_window=None, head_dim=8),
    "qwen2": dict(architectures=["Qwen2ForCausalLM"], rope_theta=1000000.0, use_sliding_window=False),
    "qwen3": dict(architectures=["Qwen3ForCausalLM"], head_dim=10, rope_theta=1000000.0),
}


def weights_of(c, rng):
    d = c.get("head_dim", c["hidden_size"] // c["num_attention_heads"])
    h, f = c["hidden_size"], c["intermediate_size"]
    q, k = d * c["num_attention_heads"], d * c["num_key_value_heads"]
    n = lambda *s: rng.normal(0, 0.3, s)
    w = {"model.embed_tokens.weight": n(c["vocab_size"], h)}
    for i in range(c["num_hidden_layers"]):
        p = f"model.layers.{i}."
        for name, (o, ins) in {"q": (q, h), "k": (k, h), "v": (k, h), "o": (h, q)}.items():
            w[p + f"self_attn.{name}_proj.weight"] = n(o, ins)
            if c["architectures"][0].startswith("Qwen2") and name != "o":
                w[p + f"self_attn.{name}_proj.bias"] = n(o)
        for name, shape in {"gate": (f, h), "up": (f, h), "down": (h, f)}.items():
            w[p + f"mlp.{name}_proj.weight"] = n(*shape)
        if c["architectures"][0].startswith("Qwen3"):
            w[p + "self_attn.q_norm.weight"] = 1 + n(d)
            w[p + "self_attn.k_norm.weight"] = 1 + n(d)
        w[p + "input_layernorm.weight"] = 1 + n(h)
        w[p + "post_attention_layernorm.weight"] = 1 + n(h)
    w["model.norm.weight"] = 1 + n(h)
    if not c["tie_word_embeddings"]:
        w["lm_head.weight"] = n(c["vocab_size"], h)
    return {name: value.astype(np.float32).astype(np.float64) for name, value in w.items()}


def main(out):
    for seed, (family, change) in enumerate(FAMILIES.items()):
        c = {**BASE, **change}
        rng = np.random.default_rng(seed + 1)
        w = weights_of(c, rng)
        folder = os.path.join(out, family)
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "config.json"), "w") as file:
            json.dump(c, file, indent=1)
            file.write("\n")
        save(os.path.join(folder, "model.safetensors"), w)
        ids = rng.integers(0, c["vocab_size"], (3, 12))
        weights = (rng.random(ids.shape) < 0.6).astype(np.float64)
        weights[:, 0] = 0
        expected = {"ids": ids, "weights": weights}
        model = Model(c, w)
        expected["logits"], value = loss(model, ids, weights)
        expected["loss"] = np.array([value])
        expected.update({"grad." + k: v for k, v in model.g.items()})

        # a LoRA adapter on all projections: loss and gradients of the pairs
        rank, alpha = 3, 6.0
        r32 = lambda a: a.astype(np.float32).astype(np.float64)
        lora = {}
        for name in [k[:-7] for k in w if k.endswith("_proj.weight")]:
            o, i = w[name + ".weight"].shape
            lora[name] = (r32(rng.normal(0, 0.3, (rank, i))), r32(rng.normal(0, 0.3, (o, rank))), alpha / rank)
            expected["lora.A." + name], expected["lora.B." + name] = lora[name][:2]
        adapted = Model(c, w)
        adapted.lora = lora
        expected["lora.logits"], value = loss(adapted, ids, weights)
        expected["lora.loss"] = np.array([value])
        for name in lora:
            expected["lora.grad.A." + name] = adapted.g["A." + name]
            expected["lora.grad.B." + name] = adapted.g["B." + name]

        # DPO (arXiv:2305.18290): sequences 0 preferred, 1 not; the base is the reference
        beta = 0.2
        base_logp, _ = sequence_logp(Model(c, w), ids[:2], weights[:2])
        policy = Model(c, w)
        policy.lora = lora
        logp, back = sequence_logp(policy, ids[:2], weights[:2])
        z = beta * ((logp[0] - base_logp[0]) - (logp[1] - base_logp[1]))
        expected["dpo.loss"] = np.array([np.log1p(np.exp(-z))])
        slope = -beta / (1 + np.exp(z))
        back(np.array([slope, -slope]))
        for name in lora:
            expected["dpo.grad.B." + name] = policy.g["B." + name]
        save(os.path.join(folder, "expected.safetensors"), expected)
        check(c, w, ids, weights)


def check(c, w, ids, weights):
    """The hand-written gradients against finite differences, so that the reference itself is known to be right."""
    model = Model(c, w)
    loss(model, ids, weights)
    rng = np.random.default_rng(0)
    for name in w:
        at = tuple(rng.integers(0, n) for n in w[name].shape)
        ends = []
        for step in (1e-5, -1e-5):
            moved = {k: v.copy() for k, v in w.items()}
            moved[name][at] += step
            ends.append(loss(Model(c, moved), ids, weights)[1])
        slope = (ends[0] - ends[1]) / 2e-5
        assert abs(slope - model.g[name][at]) < 1e-6, (name, slope, model.g[name][at])


if __name__ == "__main__":
    main(sys.argv[1])
