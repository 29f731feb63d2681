# Writes the *.pt beside it, which TorchFileTest reads, into the folder that it is given. Run with Debian's python3-torch 1.13.
import sys, torch, collections
out = sys.argv[1]
class Small(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = torch.nn.Conv2d(3, 4, 3, bias=False)
        self.bn = torch.nn.BatchNorm2d(4)
        self.fc = torch.nn.Linear(4, 2)
    def forward(self, x):
        return self.fc(torch.relu(self.bn(self.conv(x))).mean((2, 3)))
model = Small()
k = 0
with torch.no_grad():
    for name, t in model.state_dict().items():
        if t.dtype == torch.float32:
            t.copy_(torch.arange(k, k + t.numel(), dtype=torch.float32).reshape(t.shape) / 8 + (1 if 'var' in name else 0))
            k += t.numel()
torch.save(model.state_dict(), out + '/small.pt')
torch.save(model.state_dict(), out + '/small-legacy.pt', _use_new_zipfile_serialization=False)
opt = torch.optim.Adam(model.parameters())
model(torch.ones(2, 3, 5, 5)).sum().backward(); opt.step()
base = torch.arange(24, dtype=torch.float64).reshape(2, 3, 4)
torch.save({'epoch': 3, 'lr': 1e-3, 'optimizer': opt.state_dict(), 'state_dict': collections.OrderedDict(
    half=torch.tensor([1.5, -2.0, float('inf')], dtype=torch.float16), bfloat=torch.tensor([1.5, -2.0], dtype=torch.bfloat16),
    turned=base.permute(2, 0, 1), cut=base[1, :, 1:3], one=torch.tensor(7.0), none=torch.zeros(0, 3), count=torch.tensor([1, 2]),
    shared=base)}, out + '/checkpoint.pt')
torch.save(model, out + '/whole.pt')
